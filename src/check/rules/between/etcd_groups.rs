//! `etcd-groups`: every group of the control plane is a member of every etcd cluster.

use super::{Check, Object, Problem, Rule, Scope, at_name};
use crate::check::object::{Field, GroupRole, role};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "etcd-groups",
    summary: "groups of the control plane and members of etcd that do not match",
    explanation: "\
Each group of the control plane is named by one member of each etcd cluster \
(spec.etcdClusters[].etcdMembers[].instanceGroup); kops refuses a group that one of them leaves \
out. The other way round kops does not look: a member that names a group which does not exist, or \
one of another role, is never started, and etcd has one member less.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    let Some(cluster) = scope.cluster else { return Vec::new() };
    let left_out =
        scope.groups.iter().filter_map(|group| Some((*group, left_out(cluster, group)?)));
    let mut problems: Vec<_> = left_out.collect();
    if scope.is_complete && !scope.groups.is_empty() {
        let members = cluster.fields("spec.etcdClusters[].etcdMembers[].instanceGroup");
        let lost = members.iter().filter_map(|member| lost(member, scope));
        problems.extend(lost.map(|problem| (cluster, problem)));
    }
    problems
}

/// A group of the control plane without a member in some etcd cluster.
fn left_out(cluster: &Object<'_>, group: &Object<'_>) -> Option<Problem> {
    let name = group.name().filter(|name| !name.is_empty())?;
    if role(group) != Some(GroupRole::ControlPlane) {
        return None;
    }
    let clusters = cluster.fields("spec.etcdClusters[]");
    let has_member = |etcd: &&Field<'_>| {
        let named = etcd.fields("etcdMembers[].instanceGroup");
        named.iter().any(|field| field.text() == Some(name))
    };
    let without = clusters.iter().filter(|etcd| !has_member(etcd));
    let names: Vec<&str> = without.map(|etcd| name_of(etcd).unwrap_or("without a name")).collect();
    let message = format!(
        "the group '{name}' of the control plane is in no member of etcd: {}",
        names.join(", ")
    );
    let help = format!("add a member with 'instanceGroup: {name}' to each of them");
    (!names.is_empty()).then(|| at_name(group, message).help(help))
}

fn name_of<'a>(etcd: &Field<'a>) -> Option<&'a str> {
    etcd.field("name")?.text()
}

/// A member whose group does not run etcd.
fn lost(member: &Field<'_>, scope: &Scope<'_>) -> Option<Problem> {
    let name = member.text().filter(|name| !name.is_empty())?;
    let group = scope.groups.iter().find(|group| group.name() == Some(name));
    let message = match group.map(|group| role(group)) {
        None => format!("the cluster has no instance group '{name}'"),
        Some(Some(GroupRole::ControlPlane) | None) => return None,
        Some(Some(role)) => format!("the group '{name}' has the role {role}, so it runs no etcd"),
    };
    let problem = member.problem(message).severity(Severity::Warning);
    Some(problem.help("name a group of the control plane"))
}
