//! Asks every expression about every changed object.

use super::expression::Answer;
use super::file::Statement;
use super::meter::{self, Meter};
use super::value::{steps, value};
use super::{LARGEST_OBJECT, MOST_STEPS, MOST_STEPS_IN_ALL, Policy};
use crate::check::file::File;
use crate::check::object::{Kind, Object, Scope};
use crate::check::problem::Problem;
use crate::model::Severity;
use crate::yaml;
use cel::{Context, Env, Value};
use std::sync::Arc;

/// What policies find, each with the number of the file that it is found in.
pub(in crate::check) fn judge(
    policy: &Policy,
    files: &[File<'_>],
    objects: &[Object<'_>],
    scopes: &[Scope<'_>],
) -> Vec<(usize, Vec<Problem>)> {
    if policy.file.statements.is_empty() {
        return Vec::new();
    }
    let mut judge = Judge { policy, env: Arc::new(Env::stdlib()), left: MOST_STEPS_IN_ALL };
    let is_alone = |object: &&Object<'_>| object.kind == Kind::Other && !object.is_context;
    let alone = objects.iter().filter(is_alone).map(|object| (object, None));
    let of_scopes = scopes
        .iter()
        .flat_map(|scope| scope.checked().into_iter().map(|object| (object, scope.cluster)));
    let objects = of_scopes.chain(alone);
    objects
        .map(|(object, cluster)| (object.file, judge.object(&files[object.file], object, cluster)))
        .collect()
}

struct Judge<'a> {
    policy: &'a Policy,
    env: Arc<Env>,
    /// What all expressions may still cost.
    left: u64,
}

impl Judge<'_> {
    fn object(
        &mut self,
        file: &File<'_>,
        object: &Object<'_>,
        cluster: Option<&Object<'_>>,
    ) -> Vec<Problem> {
        let key = key(file);
        let statements: Vec<&Statement> = self
            .policy
            .file
            .statements
            .iter()
            .filter(|statement| is_about(statement, file, object))
            .collect();
        if statements.is_empty() {
            return Vec::new();
        }
        let cluster = if object.kind == Kind::Cluster { Some(object) } else { cluster };
        let meter = Arc::new(Meter::default());
        let Some(context) = self.context(&meter, object, old(file, object), cluster, &key) else {
            let message = "the object is too large for the repository's policies";
            return vec![at(object, "metadata.name", message).severity(Severity::Error)];
        };
        let ask = |statement| self.ask(statement, &meter, &context, object);
        statements.into_iter().filter_map(ask).collect()
    }

    /// What expressions can name; `None` if that is too much.
    fn context(
        &mut self,
        meter: &Arc<Meter>,
        object: &Object<'_>,
        old: Value,
        cluster: Option<&Object<'_>>,
        key: &str,
    ) -> Option<Context<'static, 'static>> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        meter::declare(&mut context, meter).ok()?;
        let cluster = cluster.map_or(Value::Null, |cluster| value(cluster.root().value));
        let key = Value::String(Arc::new(key.to_owned()));
        let named = [
            ("object", value(object.root().value)),
            ("old", old),
            ("cluster", cluster),
            ("key", key),
        ];
        for (name, value) in named {
            let steps = steps(&value);
            self.left = self.left.saturating_sub(steps);
            if steps > LARGEST_OBJECT {
                return None;
            }
            context.add_variable_from_value(name, value);
        }
        Some(context)
    }

    fn ask(
        &mut self,
        statement: &Statement,
        meter: &Meter,
        context: &Context<'_, '_>,
        object: &Object<'_>,
    ) -> Option<Problem> {
        let most = MOST_STEPS.min(self.left);
        meter.set(most);
        let answer = if most == 0 { Answer::Fails } else { statement.expression.ask(context) };
        self.left = self.left.saturating_sub(most - meter.left());
        let name = &statement.name;
        if meter.left() == 0 {
            let message = format!("{name}: the expression takes too long for this object");
            return Some(at(object, &statement.field, message).severity(Severity::Error));
        }
        Some(problem(statement, answer, object)?.severity(statement.severity))
    }
}

/// What an answer is worth: whatever is not true has failed.
fn problem(statement: &Statement, answer: Answer<'_>, object: &Object<'_>) -> Option<Problem> {
    let Statement { name, message, field, .. } = statement;
    let said = |message: String| at(object, field, format!("{name}: {message}"));
    Some(match answer {
        Answer::Holds => return None,
        Answer::Fails => said(message.clone()),
        Answer::Missing(Some(asked)) => {
            said(format!("the policy asks for '{}', which is not there", asked.path))
                .help(format!("set it, or write '{} && …' in the policy", asked.test))
        }
        Answer::Missing(None) => said("the policy asks for a key that is not there".to_owned())
            .help("ask for it with 'name in map && …' in the policy"),
        Answer::Unfit(why) => said(why).help(
            "ask first, in the policy, such as 'old == null || …' or 'has(object.spec.x) && …'",
        ),
    })
}

fn is_about(statement: &Statement, file: &File<'_>, object: &Object<'_>) -> bool {
    let is_kind = statement.kind.as_deref().is_none_or(|kind| object.text("kind") == Some(kind));
    let is_key = |key| statement.keys.as_ref().is_none_or(|keys| keys.matches(key));
    is_kind && file.subject.key.as_ref().map_or(statement.keys.is_none(), is_key)
}

/// The key, or the path of a file that stands for none.
fn key(file: &File<'_>) -> String {
    let key = file.subject.key.as_ref().map(ToString::to_string);
    key.unwrap_or_else(|| file.subject.path.to_string())
}

/// The same object as it was; null if there was none.
fn old(file: &File<'_>, object: &Object<'_>) -> Value {
    let before = file.subject.old.as_deref().map(yaml::parse).unwrap_or_default();
    let objects = before.documents.iter().filter_map(|document| Object::of(document, 0, true));
    let mut same = objects
        .filter(|old| old.text("kind") == object.text("kind") && old.name() == object.name());
    same.next().map_or(Value::Null, |old| value(old.root().value))
}

/// A problem at a field, or where it should be.
fn at(object: &Object<'_>, field: &str, message: impl Into<String>) -> Problem {
    match object.field(field) {
        Some(found) => found.problem(message),
        None => object.missing(field, message),
    }
}
