//! `remove-etcd-cluster`: kops lets no etcd cluster go.

use super::{Changed, Check, Problem, Rule, cluster, named};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "remove-etcd-cluster",
    summary: "an etcd cluster is removed or renamed",
    explanation: "\
kops refuses every change that takes an etcd cluster away, and a new name is the same: the data of \
the old one would be lost. Put it back.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let kept = named(new.fields("spec.etcdClusters[]"));
    let old = named(old.fields("spec.etcdClusters[]"));
    let lost = old.into_keys().filter(|name| !kept.contains_key(name));
    let problem = |name: &str| {
        let message = format!("the etcd cluster '{name}' is removed, which kops always refuses");
        let problem = match new.field("spec.etcdClusters") {
            Some(field) => field.key_problem(message),
            None => new.missing("spec.etcdClusters", message),
        };
        problem.help(format!("put the etcd cluster '{name}' back"))
    };
    lost.map(problem).collect()
}
