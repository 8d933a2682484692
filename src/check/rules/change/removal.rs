//! `remove-cluster` and `remove-instance-group`: kops loses what it no longer sees.

use super::{Changed, Check, Kind, Problem, Rule};
use crate::check::object::Object;
use crate::model::Severity;

pub(super) static CLUSTER: Rule = Rule {
    id: "remove-cluster",
    summary: "a cluster is removed",
    explanation: "\
`kops delete cluster` takes away what runs in the cloud, and the files last. When the files go first, \
kops no longer knows machines, volumes and load balancers, which go on running and costing. A \
cluster that goes from a manifest stays in the store; kops deletes nothing for it.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(cluster),
};

pub(super) static GROUP: Rule = Rule {
    id: "remove-instance-group",
    summary: "an instance group is removed",
    explanation: "\
`kops delete instancegroup` takes away the machines, and the file last. When the file goes first, kops \
no longer knows the group, and its machines go on running and costing. A group that goes from a \
manifest stays in the store, for `kops replace` deletes nothing.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(group),
};

fn cluster(changed: &Changed<'_>) -> Vec<Problem> {
    removed(changed, Kind::Cluster, "cluster").into_iter().collect()
}

fn group(changed: &Changed<'_>) -> Vec<Problem> {
    let found = removed(changed, Kind::InstanceGroup, "instance group");
    found.filter(|_| !changed.loses_cluster).into_iter().collect()
}

fn removed(changed: &Changed<'_>, kind: Kind, what: &str) -> Option<Problem> {
    let old: &Object<'_> = changed.old.filter(|old| old.kind == kind && changed.new.is_none())?;
    let name = old.name().unwrap_or_default();
    let problem = Problem::new(format!("the {what} '{name}' is removed, but not its machines"));
    let command = what.replace(' ', "");
    let problem = problem.help(format!("use 'kops delete {command} {name}'"));
    let is_manifest = changed.is_manifest;
    Some(if is_manifest { problem.severity(Severity::Warning) } else { problem })
}
