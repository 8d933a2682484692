//! `node-labels`: labels that nodes can have.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::Field;
use crate::model::Severity;

/// The longest value, and the longest key without its prefix.
const LONGEST: usize = 63;

pub(super) static RULE: Rule = Rule {
    id: "node-labels",
    summary: "a label that nodes cannot have",
    explanation: "\
The key of a label is a name, or a domain, a '/' and a name. kops refuses a second '/'. It takes \
the rest as it is, but Kubernetes refuses keys and values with other characters than letters, \
digits, '-', '_' and '.', at most 63 of them, with a letter or digit at both ends.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(labels) = group.field("spec.nodeLabels") else { return Vec::new() };
    labels.entries().filter_map(|(key, field)| look(key, &field)).collect()
}

fn look(key: &str, field: &Field<'_>) -> Option<Problem> {
    if key.matches('/').count() > 1 {
        let problem = field.key_problem(format!("the label '{key}' has more than one '/'"));
        return Some(problem.help("write 'DOMAIN/NAME: VALUE'"));
    }
    let warn = |problem: Problem| Some(problem.severity(Severity::Warning));
    let name = key.rsplit('/').next().unwrap_or_default();
    if name.is_empty() || !is_label(name) || key.starts_with('/') {
        let problem = field.key_problem(format!("'{key}' is no key of a label"));
        return warn(problem.help("use letters, digits, '-', '_' and '.'"));
    }
    if field.value.is_null() {
        let problem = field.problem(format!("the label '{key}' has no value"));
        return warn(problem.help("write \"\" for an empty one"));
    }
    let value = field.text().filter(|text| !is_label(text))?;
    let problem = field.problem(format!("'{value}' is no value of a label"));
    warn(problem.help("use letters, digits, '-', '_' and '.', at most 63 of them"))
}

/// Whether a text is empty, or a name or value of a label.
fn is_label(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && is_end(text.chars().next())
        && is_end(text.chars().next_back())
}
