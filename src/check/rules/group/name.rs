//! `group-name`: a name that an instance group can have.

use super::{Check, Object, Problem, Rule, Scope};
use crate::model::Severity;

/// The longest value of a label in Kubernetes.
const LONGEST: usize = 63;

pub(super) static RULE: Rule = Rule {
    id: "group-name",
    summary: "an instance group without a name, or with a bad one",
    explanation: "\
kops refuses a group without metadata.name. It takes any other name, but the name becomes a file \
in the store, a label of every machine and a part of the names of what kops builds in the cloud: a \
group with a '/' in its name lies where kops never finds it again, and other odd characters fail \
later. Use small letters, digits, '-' and '.', at most 63 of them.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(field) = group.field("metadata.name") else {
        let problem = group.missing("metadata.name", "the instance group has no name");
        return vec![problem.help("write 'name:' with the group's name below metadata")];
    };
    let Some(name) = field.text() else { return Vec::new() };
    if name.is_empty() {
        return vec![field.problem("the name is empty").help("write the group's name")];
    }
    let warn = |message: String| {
        let problem = field.problem(message).severity(Severity::Warning);
        vec![problem.help("use small letters, digits, '-' and '.'")]
    };
    if name.contains('/') {
        return warn(format!("the name '{name}' has a '/', so kops never finds the group again"));
    }
    if !is_dns_name(name) {
        return warn(format!("the name '{name}' is none that Kubernetes could use"));
    }
    match name.len() {
        0..=LONGEST => Vec::new(),
        length => warn(format!("the name has {length} characters; a label can have {LONGEST}")),
    }
}

fn is_dns_name(name: &str) -> bool {
    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |part: &str| {
        part.bytes().all(|byte| is_small(byte) || byte == b'-')
            && part.bytes().next().is_some_and(is_small)
            && part.bytes().next_back().is_some_and(is_small)
    };
    name.split('.').all(is_part)
}
