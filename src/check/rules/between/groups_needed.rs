//! `groups-needed`: a cluster has a control plane and something beside it.

use super::{Check, Object, Problem, Rule, Scope, at_name};
use crate::check::object::{GroupRole, role};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "groups-needed",
    summary: "a cluster without a control plane, or without any other group",
    explanation: "\
kops refuses to work with a cluster that has no instance group of the control plane, or none beside \
it. A group with another apiVersion or kind is none for kops. A cluster whose other groups are \
bastions or API servers passes, but runs nothing.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    let Some(cluster) = scope.cluster.filter(|_| scope.is_complete) else { return Vec::new() };
    let roles: Vec<_> = scope.groups.iter().map(|group| role(group)).collect();
    let is_lead = |role: &Option<GroupRole>| *role == Some(GroupRole::ControlPlane);
    let may_work = |role: &Option<GroupRole>| role.is_none_or(|role| role == GroupRole::Node);
    let (severity, message) = match roles.as_slice() {
        [] => (Severity::Error, "the cluster has no instance group"),
        roles if !roles.iter().any(is_lead) => {
            (Severity::Error, "the cluster has no instance group of the control plane")
        }
        roles if roles.iter().all(is_lead) => {
            (Severity::Error, "the cluster has no instance group beside the control plane")
        }
        roles if !roles.iter().any(may_work) => {
            (Severity::Warning, "the cluster has no instance group with the role Node")
        }
        _ => return Vec::new(),
    };
    let problem = at_name(cluster, message.to_owned()).severity(severity);
    vec![(cluster, problem.help("add the missing group, or restore what the file has lost"))]
}
