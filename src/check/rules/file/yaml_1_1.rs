//! `yaml-1.1`: what kops reads as something else than is written.

use super::{Check, File, Problem, Rule};
use crate::check::object::Version;
use crate::check::schema::{Schema, Type};
use crate::model::Severity;
use crate::yaml::{Node, Resolved, Value, Visit, Yaml, read, resolve, walk};
use std::collections::HashMap;

pub(super) static RULE: Rule = Rule {
    id: "yaml-1.1",
    summary: "kops reads the value as another type than it seems to have",
    explanation: "\
kops reads YAML 1.1: without quotes, y, n, yes, no, on and off are booleans, 012 is ten, 0x1F, 0b11, \
1_000, +1, .5 and 08 are numbers, and .inf and .nan make it refuse the file. Most other programs \
write and read YAML 1.2, where many of these are text. A text in their form makes the object \
unreadable to kops (\"cannot unmarshal bool into string\"): an etcd member named n is enough. Where \
kops expects text, plain numbers and true and false need quotes as well. Put the value in quotes if \
it is text; write true, false or a decimal number if it is not.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Yaml(check),
};

fn check(_: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let mut problems = Vec::new();
    for document in &yaml.documents {
        let value = read(document);
        let kinds = value.as_ref().map(kinds).unwrap_or_default();
        walk(&document.root, &mut |visit| {
            let kind = kinds.get(&std::ptr::from_ref(visit.node)).copied();
            problems.extend(visit.key.and_then(|key| of_key(visit.path, key)));
            problems.extend(of_value(visit, kind.or_else(|| of_variable(visit.path))));
        });
    }
    problems
}

/// What kops expects of each value that it knows. Of other objects metadata is known.
fn kinds<'a>(root: &'a Value<'a>) -> HashMap<*const Node, Type> {
    let text = |name| root.get(name).and_then(Value::text).unwrap_or_default();
    let version = Version::named(text("apiVersion"));
    let kind = if version.is_some() { text("kind") } else { "Object" };
    let mut kinds = HashMap::new();
    Schema::of(version.unwrap_or(Version::V1Alpha2)).walk(kind, root, &mut |visit| {
        kinds.extend(visit.kind.map(|kind| (std::ptr::from_ref(visit.value.node), kind)));
    });
    kinds
}

/// The values of environment variables are text in other objects, too.
fn of_variable(path: &str) -> Option<Type> {
    (path.contains(".env[") && path.ends_with(".value")).then_some(Type::TEXT)
}

fn of_key(path: &str, key: &Node) -> Option<Problem> {
    let text = key.plain()?;
    let read = match resolve(text) {
        Resolved::HiddenBoolean(value) => value.to_string(),
        Resolved::OddNumber(value) => {
            value.map_or_else(|| "a number".to_owned(), |value| value.to_string())
        }
        Resolved::NoNumber => return Some(refused(path, key, text)),
        Resolved::Null if !text.is_empty() => "null".to_owned(),
        _ => return None,
    };
    let message = format!("kops reads the key '{text}' as {read}");
    Some(quoted(Problem::at(key.span, message).field(path), text, true))
}

fn of_value(visit: &Visit<'_>, kind: Option<Type>) -> Option<Problem> {
    let text = visit.node.plain()?;
    let at = |message: String| Problem::at(visit.node.span, message).field(visit.path);
    let is_text = kind.is_some_and(Type::is_text);
    let problem = match resolve(text) {
        Resolved::NoNumber => return Some(refused(visit.path, visit.node, text)),
        Resolved::HiddenBoolean(value) => hidden(at, text, value, kind)?,
        Resolved::OddNumber(value) => odd(at, text, value, kind)?,
        Resolved::Boolean(_) if is_text => {
            at(format!("kops expects text here and reads '{text}' as a boolean"))
        }
        Resolved::Number if is_text => {
            at(format!("kops expects text here and reads '{text}' as a number"))
        }
        Resolved::Null if is_text && !text.is_empty() => {
            at(format!("kops reads '{text}' as nothing")).severity(Severity::Warning)
        }
        _ => return None,
    };
    Some(if is_text || kind.is_none() { quoted(problem, text, is_text) } else { problem })
}

/// A boolean that does not look like one. Where a number or a list belongs, `field-type` says it.
fn hidden(
    at: impl Fn(String) -> Problem,
    text: &str,
    value: bool,
    kind: Option<Type>,
) -> Option<Problem> {
    let problem = at(format!("kops reads '{text}' as the boolean {value}"));
    let problem = match kind {
        Some(kind) if kind.is_text() => problem,
        Some(kind) if kind.is_boolean() => {
            let problem = problem.severity(Severity::Warning).fix(value.to_string(), true);
            return Some(problem.help(format!("write '{value}'")));
        }
        Some(_) => return None,
        None if text.len() == 1 => problem,
        None => problem.severity(Severity::Warning),
    };
    Some(problem.help(format!("write '{value}' if that is meant, else \"{text}\" in quotes")))
}

/// A number in an odd spelling. Where no number belongs, `field-type` says it.
fn odd(
    at: impl Fn(String) -> Problem,
    text: &str,
    value: Option<i128>,
    kind: Option<Type>,
) -> Option<Problem> {
    let read = value.map_or_else(|| "a number".to_owned(), |value| format!("the number {value}"));
    let problem = at(format!("kops reads '{text}' as {read}"));
    match kind {
        Some(kind) if kind.is_text() => Some(problem),
        Some(kind) if kind.is_number() => {
            Some(problem.severity(Severity::Warning).help(plainly(text, value)))
        }
        Some(_) => None,
        None => Some(problem.severity(Severity::Warning)),
    }
}

/// How to write a number so that everybody reads the same.
fn plainly(text: &str, value: Option<i128>) -> String {
    let digits = text.trim_start_matches(['+', '-', '0']);
    let is_octal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match value {
        Some(value) if is_octal && value.to_string() != digits => {
            format!("write {value}, or {digits} if that is meant")
        }
        Some(value) => format!("write {value}"),
        None => "write a decimal number".to_owned(),
    }
}

fn refused(path: &str, node: &Node, text: &str) -> Problem {
    let message =
        format!("kops reads '{text}' as a number that JSON has no form for, and refuses the file");
    quoted(Problem::at(node.span, message).field(path), text, false)
}

/// Offers quotes; safe only where text is expected, since elsewhere a boolean may be meant.
fn quoted(problem: Problem, text: &str, is_safe: bool) -> Problem {
    let problem = if problem.help.is_none() {
        problem.help(format!("write \"{text}\" in quotes"))
    } else {
        problem
    };
    problem.fix(format!("\"{text}\""), is_safe)
}
