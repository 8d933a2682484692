//! `odd-value`: values that kops takes, and that nobody means.

use super::{Check, Object, Problem, Rule, each_value};
use crate::check::object::Field;
use crate::check::schema::Visit;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "odd-value",
    summary: "a value that is as good as none, or much too long",
    explanation: "\
Nothing (`null`, `~`, or nothing at all behind the colon) and an empty text are to kops as if the \
field were not there: it takes the default, and its next write drops the field. Leave it out, or \
write what is meant. A name, label or address of hundreds of characters is cut or refused later, \
by a cloud or by Kubernetes.",
    severity: Severity::Note,
    suppressible: true,
    check: Check::AnyKind(check),
};

/// No name, label or address is longer: tags on AWS end at 256 characters, names in DNS at 253.
const LONGEST: usize = 256;

fn check(object: &Object<'_>) -> Vec<Problem> {
    each_value(object, |visit, field| {
        let is_meant = visit.path.starts_with("metadata") || visit.kind.is_none();
        (!is_meant).then(|| odd(visit, field)).flatten()
    })
}

fn odd(visit: &Visit<'_>, field: Field<'_>) -> Option<Problem> {
    if visit.value.is_null() {
        let problem = field.key_problem("there is nothing here, so kops takes its default");
        return Some(problem.help("leave the field out, or write what is meant"));
    }
    let text = field.text()?;
    if text.is_empty() {
        let problem = field.problem("an empty text is to kops as if the field were not there");
        return Some(problem.help("leave the field out, or write what is meant"));
    }
    let length = text.chars().take(LONGEST + 1).count();
    let is_one_word = !text.contains(char::is_whitespace) && !text.starts_with(['{', '[']);
    let problem = || field.problem(format!("a text of more than {LONGEST} characters"));
    (length > LONGEST && is_one_word).then(|| problem().help("look whether all of it is meant"))
}
