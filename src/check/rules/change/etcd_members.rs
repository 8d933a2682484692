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
    let after: Vec<_> = named(new.fields("spec.etcdClusters[]")).collect();
    let before = named(old.fields("spec.etcdClusters[]"));
    let pairs = before.filter_map(|(name, old)| {
        let (_, new) = after.iter().find(|(other, _)| *other == name)?;
        Some((name, old, *new))
    });
    pairs.flat_map(|(name, old, new)| members(name, &old, &new)).collect()
}

/// What becomes of the members of one etcd cluster.
fn members(etcd: &str, old: &Field<'_>, new: &Field<'_>) -> Vec<Problem> {
    let before: Vec<_> = named(old.fields("etcdMembers[]")).collect();
    let after: Vec<_> = named(new.fields("etcdMembers[]")).collect();
    let place = new.field("etcdMembers").unwrap_or(*new);
    let mut problems = Vec::new();
    for (name, old) in &before {
        match after.iter().find(|(other, _)| other == name) {
            Some((_, new)) => problems.extend(group(etcd, name, old, new)),
            None => {
                let message = format!("the etcd cluster '{etcd}' loses its member '{name}'");
                problems.push(place.key_problem(message));
            }
        }
    }
    let is_new = |name: &str| !before.iter().any(|(other, _)| *other == name);
    for (name, member) in after.iter().filter(|(name, _)| is_new(name)) {
        let message = format!("the etcd cluster '{etcd}' gets a member '{name}'");
        problems.push(member.field("name").unwrap_or(*member).problem(message));
    }
    problems
}

fn group(etcd: &str, name: &str, old: &Field<'_>, new: &Field<'_>) -> Option<Problem> {
    let what = format!("instanceGroup of member '{name}' of the etcd cluster '{etcd}'");
    let field = new.field("instanceGroup");
    let message = compared(&what, old.field("instanceGroup"), field, None)?;
    Some(field.unwrap_or(*new).problem(message))
}
