//! `field-value`: a value that is none of those kops knows.

use super::{Check, Object, Problem, Rule, each_value};
use crate::check::nearest::nearest;
use crate::check::object::Field;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "field-value",
    summary: "a value that is none of those kops knows",
    explanation: "\
Some fields take one of a few words, and case matters. Most other words kops refuses, with every \
command on the cluster. A few fields it does not check, and takes an unknown word for the default; \
these are warnings.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

/// The marks of the table of fields, with what other values are.
const MARKS: &[(&str, Severity, &str)] = &[
    ("one-of", Severity::Error, "which kops refuses here"),
    ("usually", Severity::Warning, "which kops does not know here"),
];

fn check(object: &Object<'_>) -> Vec<Problem> {
    each_value(object, |visit, field| {
        let (known, text) = (visit.field?, field.text()?);
        MARKS.iter().find_map(|(mark, severity, what)| {
            let values = known.values(mark).filter(|values| !values.contains(&text))?;
            let message = format!("the value is '{text}', {what}");
            Some(problem(field, text, &values, message).severity(*severity))
        })
    })
}

fn problem(field: Field<'_>, text: &str, values: &[&'static str], message: String) -> Problem {
    let values: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    let problem = field.problem(message);
    match nearest(text, values.iter().copied()) {
        Some(meant) => {
            let help = format!("write '{meant}' if that is meant; kops knows {}", values.join(", "));
            problem.help(help).fix(meant, false)
        }
        None => problem.help(format!("kops knows {}", values.join(", "))),
    }
}
