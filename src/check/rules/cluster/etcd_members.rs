//! `etcd-members`: an etcd cluster has an odd number of members, each with a name and a group.

use super::etcd_clusters::repeated;
use super::{Check, Field, Object, Problem, Rule, is_list, is_set, limited};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "etcd-members",
    summary: "the members of an etcd cluster are incomplete or even in number",
    explanation: "\
Each member of an etcd cluster runs on the machine of one control-plane group. kops refuses members \
without a name or without an instanceGroup, and an even number of them: with an even number, etcd \
survives no more failures than with one member less. Two members of one name share a volume, which \
kops does not notice.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let clusters = cluster.field("spec.etcdClusters").map(|field| field.items());
    limited(clusters.unwrap_or_default().iter().flat_map(of_cluster))
}

fn of_cluster(etcd: &Field<'_>) -> Vec<Problem> {
    let field = etcd.field("etcdMembers");
    let members = field.map(|field| field.items()).unwrap_or_default();
    if field.is_some_and(|field| !is_list(field)) {
        return Vec::new();
    }
    let number = field.unwrap_or(*etcd);
    let number = match members.len() {
        0 => Some(number.key_problem("the etcd cluster has no members")),
        count if count % 2 == 0 => {
            let message = format!("the etcd cluster has {count} members, an even number");
            Some(number.key_problem(message).help("have 1, 3 or 5 members"))
        }
        _ => None,
    };
    let incomplete = members.iter().flat_map(missing);
    limited(number.into_iter().chain(incomplete).chain(twice(&members)))
}

fn missing(member: &Field<'_>) -> Vec<Problem> {
    let needed = [("name", "a name"), ("instanceGroup", "an instance group")];
    let is_missing = |name: &str| !is_set(member.field(name));
    let missing = needed.into_iter().filter(|(name, _)| is_missing(name));
    missing
        .map(|(name, what)| {
            let place = member.field(name).unwrap_or(*member);
            place.problem(format!("the member has no '{name}': each needs {what}"))
        })
        .collect()
}

fn twice(members: &[Field<'_>]) -> Vec<Problem> {
    limited(repeated(members, "name").map(|(field, name)| {
        let message = format!("another member of the etcd cluster is named '{name}', too");
        field.problem(message).severity(Severity::Warning)
    }))
}
