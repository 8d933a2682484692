//! `group-cloud-label`: the label by which kops finds machines of a group.

use super::{Check, Object, Problem, Rule, Scope};
use crate::model::Severity;

const LABEL: &str = "kops.k8s.io/instancegroup";

pub(super) static RULE: Rule = Rule {
    id: "group-cloud-label",
    summary: "a cloud label that names another instance group",
    explanation: "\
kops marks every machine with the cloud label kops.k8s.io/instancegroup and finds it again by that. \
It need not be written, and kops refuses one that is not the group's own name.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(labels) = group.field("spec.cloudLabels") else { return Vec::new() };
    let name = group.name().unwrap_or_default();
    let mut own = labels.entries().filter(|(key, _)| *key == LABEL);
    let other = own.find_map(|(_, field)| Some((field, field.text().filter(|t| *t != name)?)));
    let problem = other.map(|(field, text)| {
        let message = format!("the label names the group '{text}', but this is '{name}'");
        field.problem(message).help(format!("write '{name}', or remove the label"))
    });
    problem.into_iter().collect()
}
