//! `user-data`: what a machine runs when it starts.

use super::{Check, Object, Problem, Rule, Scope, one_of, required};
use crate::model::Severity;

/// The types that cloud-init understands.
const TYPES: &[&str] = &[
    "text/x-include-once-url",
    "text/x-include-url",
    "text/cloud-config-archive",
    "text/upstart-job",
    "text/cloud-config",
    "text/part-handler",
    "text/x-shellscript",
    "text/cloud-boothook",
];

pub(super) static RULE: Rule = Rule {
    id: "user-data",
    summary: "additional user data that is incomplete or of an unknown type",
    explanation: "\
Each item of additionalUserData needs a name, content, and one of the types that cloud-init \
understands, in small letters; kops refuses anything else.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(data) = group.field("spec.additionalUserData") else { return Vec::new() };
    let items = data.items();
    let problems = items.iter().flat_map(|item| {
        let name = required(item, "name", "the user data has no name");
        let content = required(item, "content", "the user data has no content");
        let missing = name.into_iter().chain(content).map(|problem| problem.help("write one"));
        missing.chain(one_of(item, "type", TYPES))
    });
    problems.collect()
}
