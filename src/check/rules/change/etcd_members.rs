//! `change-etcd-members`: etcd keeps its members.

use super::{Changed, Check, Problem, Rule, cluster, compared, named};
use crate::check::object::Field;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "change-etcd-members",
    summary: "members of an etcd cluster come, go or move to another group",
    explanation: "\
The name of a member is the name of its volume. kops takes new names, fewer or more members and \
other groups without a word, but the volumes and the quorum of the running etcd do not follow: data \
can be lost. Change members one at a time, as kops describes it for its control plane, with a \
backup at hand.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let after = named(new.fields("spec.etcdClusters[]"));
    let before = named(old.fields("spec.etcdClusters[]")).into_iter();
    let pairs = before.filter_map(|(name, old)| Some((name, old, *after.get(name)?)));
    pairs.flat_map(|(name, old, new)| members(name, &old, &new)).collect()
}

/// What becomes of the members of one etcd cluster.
fn members(etcd: &str, old: &Field<'_>, new: &Field<'_>) -> Vec<Problem> {
    let before = named(old.fields("etcdMembers[]"));
    let after = named(new.fields("etcdMembers[]"));
    let list = new.field("etcdMembers").unwrap_or(*new);
    let kept = before.iter().filter_map(|(name, old)| match after.get(name) {
        Some(new) => group(etcd, name, old, new),
        None => {
            let message = format!("the etcd cluster '{etcd}' loses its member '{name}'");
            Some(list.key_problem(message))
        }
    });
    let come =
        after.iter().filter(|(name, _)| !before.contains_key(*name)).map(|(name, member)| {
            let message = format!("the etcd cluster '{etcd}' gets a member '{name}'");
            member.field("name").unwrap_or(*member).problem(message)
        });
    kept.chain(come).collect()
}

fn group(etcd: &str, name: &str, old: &Field<'_>, new: &Field<'_>) -> Option<Problem> {
    let what = format!("instanceGroup of member '{name}' of the etcd cluster '{etcd}'");
    let field = new.field("instanceGroup");
    let message = compared(&what, old.field("instanceGroup"), field, None)?;
    Some(field.unwrap_or(*new).problem(message))
}
