//! `field-type`: a value of another type than kops expects.

use super::{Check, Object, Problem, Rule, each_value};
use crate::check::object::Field;
use crate::check::schema::Type;
use crate::model::Severity;
use crate::yaml::{Content, Data, Node, Resolved, Value, resolve};

pub(super) static RULE: Rule = Rule {
    id: "field-type",
    summary: "a value of another type than kops expects",
    explanation: "\
kops refuses an object with a value of a wrong type, and then every command on the cluster fails: \
text where a number belongs (\"2\" in quotes is text), a number where text belongs, one value where \
a list belongs, a number that is too large or has a fraction, a time without unit, an amount that \
is none. An empty value passes everywhere.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::AnyKind(check),
};

fn check(object: &Object<'_>) -> Vec<Problem> {
    each_value(object, |visit, field| {
        let wrong = visit.kind.filter(|kind| !kind.takes(visit.value))?;
        let is_new = !is_said_elsewhere(wrong, visit.value.node);
        is_new.then(|| problem(wrong, visit.value, field))
    })
}

/// Whether `yaml-1.1` says it: text that needs quotes, or a number that is none.
fn is_said_elsewhere(kind: Type, node: &Node) -> bool {
    match node.plain().map(resolve) {
        Some(Resolved::NoNumber) => true,
        Some(Resolved::Text) | None => false,
        Some(_) => kind.is_text(),
    }
}

fn problem(kind: Type, value: &Value<'_>, field: Field<'_>) -> Problem {
    let message = match kind.exceeded(value) {
        Some((least, most)) => {
            format!("kops expects a whole number from {least} to {most}{}", quoted(value))
        }
        None => format!("kops expects {} and reads {}", kind.name(), read_as(value)),
    };
    helped(field.problem(message), kind, value)
}

/// What kops takes the value for.
fn read_as(value: &Value<'_>) -> String {
    let own = match value.data {
        Data::Null => "nothing",
        Data::Boolean(true) => "the boolean true",
        Data::Boolean(false) => "the boolean false",
        Data::Integer(_) => "a whole number",
        Data::Float(_) => "a number",
        Data::Text(_) => "text",
        Data::List(_) => "a list",
        Data::Map(_) => "keys with values",
    };
    format!("{own}{}", quoted(value))
}

/// The most characters of a value that are repeated.
const LONGEST: usize = 60;

/// A short scalar as it is written.
fn quoted(value: &Value<'_>) -> String {
    match &value.node.content {
        Content::Scalar { text, .. } if text.chars().count() <= LONGEST => format!(", '{text}'"),
        _ => String::new(),
    }
}

fn helped(problem: Problem, kind: Type, value: &Value<'_>) -> Problem {
    let number = |text: &str| matches!(resolve(text), Resolved::Number);
    match value.data {
        Data::Text(text) if kind.is_number() && number(text) => unquoted(problem, text),
        Data::Text(text @ ("true" | "false")) if kind.is_boolean() => unquoted(problem, text),
        Data::Integer(number) if kind.is_duration() => {
            problem.help(format!("write it with a unit, such as {number}s"))
        }
        Data::List(_) | Data::Map(_) => problem.help(format!("write {}", kind.name())),
        _ if kind.items().is_some() => {
            problem.help("write each item in a line of its own, after '- '")
        }
        _ => problem.help(format!("write {}", kind.name())),
    }
}

fn unquoted(problem: Problem, text: &str) -> Problem {
    problem.help(format!("write {text} without quotes")).fix(text, false)
}
