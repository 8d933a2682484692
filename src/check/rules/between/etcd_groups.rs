//! `etcd-groups`: every group of the control plane is a member of every etcd cluster.

use super::{Check, Object, Problem, Rule, Scope, at_name};
use crate::check::object::{Field, GroupRole, role};
use crate::model::Severity;
use std::collections::{BTreeMap, BTreeSet};

/// The most etcd clusters that a message lists.
const MOST: usize = 4;

pub(super) static RULE: Rule = Rule {
    id: "etcd-groups",
    summary: "groups of the control plane and members of etcd that do not match",
    explanation: "\
Each group of the control plane is named by one member of each etcd cluster \
(spec.etcdClusters[].etcdMembers[].instanceGroup); kops refuses a group that one of them leaves \
out. The other way round kops does not look: a member that names a group which does not exist, or \
one of another role, is never started, and etcd has one member less. Nor does it look whether the \
etcd clusters main and events are there, in which the API server keeps its state.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    let Some(cluster) = scope.cluster else { return Vec::new() };
    let etcd: Vec<Etcd<'a>> = cluster.fields("spec.etcdClusters[]").iter().map(Etcd::of).collect();
    let left_out = scope.groups.iter().filter_map(|group| Some((*group, left_out(&etcd, group)?)));
    let mut problems: Vec<_> = left_out.collect();
    problems.extend(unusual(cluster, &etcd).map(|problem| (cluster, problem)));
    if scope.is_complete && !scope.groups.is_empty() {
        let named = scope.groups.iter().filter_map(|group| Some((group.name()?, role(group))));
        let groups: BTreeMap<&str, Option<GroupRole>> = named.collect();
        let members = cluster.fields("spec.etcdClusters[].etcdMembers[].instanceGroup");
        let lost = members.iter().filter_map(|member| lost(member, &groups));
        problems.extend(lost.map(|problem| (cluster, problem)));
    }
    problems
}

/// An etcd cluster with the groups that its members name.
struct Etcd<'a> {
    name: &'a str,
    groups: BTreeSet<&'a str>,
}

impl<'a> Etcd<'a> {
    fn of(etcd: &Field<'a>) -> Self {
        let name = etcd.field("name").and_then(|name| name.text());
        let groups = etcd.fields("etcdMembers[].instanceGroup");
        let groups = groups.iter().filter_map(|group| group.text()).collect();
        Self { name: name.unwrap_or("without a name"), groups }
    }
}

/// The etcd clusters without one that every cluster has.
fn unusual(cluster: &Object<'_>, etcd: &[Etcd<'_>]) -> Option<Problem> {
    let is_missing = |name: &&str| etcd.iter().all(|etcd| etcd.name != *name);
    let name = ["main", "events"].into_iter().find(is_missing)?;
    let field = cluster.field("spec.etcdClusters").filter(|_| !etcd.is_empty())?;
    let problem = field.key_problem(format!("the cluster has no etcd cluster '{name}'"));
    Some(problem.severity(Severity::Warning).help(format!("add the etcd cluster '{name}'")))
}

/// A group of the control plane without a member in some etcd cluster.
fn left_out(etcd: &[Etcd<'_>], group: &Object<'_>) -> Option<Problem> {
    let name = group.name().filter(|name| !name.is_empty())?;
    if role(group) != Some(GroupRole::ControlPlane) {
        return None;
    }
    let without = etcd.iter().filter(|etcd| !etcd.groups.contains(name));
    let names: Vec<&str> = without.take(MOST).map(|etcd| etcd.name).collect();
    let message = format!(
        "the group '{name}' of the control plane has no member of etcd: {}",
        names.join(", ")
    );
    let help = format!("add a member with 'instanceGroup: {name}' to each of these etcd clusters");
    (!names.is_empty()).then(|| at_name(group, message).help(help))
}

/// A member whose group does not run etcd.
fn lost(member: &Field<'_>, groups: &BTreeMap<&str, Option<GroupRole>>) -> Option<Problem> {
    let name = member.text().filter(|name| !name.is_empty())?;
    let message = match groups.get(name) {
        None => format!("the cluster has no instance group '{name}'"),
        Some(Some(GroupRole::ControlPlane) | None) => return None,
        Some(Some(role)) => format!("the group '{name}' has the role {role}, so it runs no etcd"),
    };
    let problem = member.problem(message).severity(Severity::Warning);
    Some(problem.help("name a group of the control plane"))
}
