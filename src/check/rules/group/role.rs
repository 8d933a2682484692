//! `group-role`: what the machines of a group are there for.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::{GroupRole, Version};
use crate::model::Severity;

/// What people write, and what they mean.
const MEANT: &[(&str, &str)] = &[("worker", "Node"), ("nodes", "Node")];

pub(super) static RULE: Rule = Rule {
    id: "group-role",
    summary: "an instance group without a role, or with one that kops does not know",
    explanation: "\
kops refuses a group without spec.role and one with a role that it does not know. The roles are \
Master (ControlPlane in v1alpha3), APIServer, Node and Bastion, spelt exactly so.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(field) = group.field("spec.role") else {
        let problem = group.missing("spec.role", "the instance group has no role");
        return vec![problem.help(format!("write 'role: Node', or one of {}", names(group)))];
    };
    let is_known = crate::check::object::role(group).is_some();
    let Some(text) = field.text().filter(|_| !is_known) else { return Vec::new() };
    let message = match text {
        "" => "the role is empty".to_owned(),
        _ => format!("kops does not know the role '{text}'"),
    };
    let problem = field.problem(message);
    vec![match meant(text, group.version) {
        Some(name) => problem.help(format!("write 'role: {name}'")).fix(name, false),
        None => problem.help(format!("write one of {}", names(group))),
    }]
}

/// The roles as a version of kops' types spells them.
fn names(group: &Object<'_>) -> &'static str {
    match group.version {
        Version::V1Alpha2 => "Master, APIServer, Node, Bastion",
        Version::V1Alpha3 => "ControlPlane, APIServer, Node, Bastion",
    }
}

/// The role that is probably meant.
fn meant(text: &str, version: Version) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let named = ["Master", "ControlPlane", "APIServer", "Node", "Bastion"].into_iter();
    let same = named.filter(|name| GroupRole::named(name, version).is_some());
    let alias = MEANT.iter().find(|(written, _)| *written == lower).map(|(_, name)| *name);
    let master = (lower == "master").then_some("ControlPlane");
    same.into_iter().find(|name| name.to_lowercase() == lower).or(alias).or(master)
}
