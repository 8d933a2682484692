//! `access-cidr`: who may reach the cluster is written as ranges of addresses.

use super::ranges::range_problem;
use super::{Check, Problem, Rule, limited};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "access-cidr",
    summary: "a range of addresses that may reach the cluster is none",
    explanation: "\
The items of sshAccess, kubernetesApiAccess and nodePortAccess are ranges such as 10.0.0.0/8, \
without bits after the prefix; on AWS also prefix lists such as pl-0123abcd. kops refuses a \
cluster with anything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

const LISTS: &[&str] = &["spec.sshAccess", "spec.kubernetesApiAccess", "spec.nodePortAccess"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let has_prefix_lists = cloud(cluster) == Some(Cloud::Aws);
    let items = LISTS.iter().filter_map(|list| cluster.field(list)).flat_map(|list| list.items());
    limited(items.filter_map(|item| of_item(&item, has_prefix_lists)))
}

fn of_item(item: &Field<'_>, has_prefix_lists: bool) -> Option<Problem> {
    let text = item.text_or_empty()?;
    if !text.starts_with("pl-") {
        return range_problem(item);
    }
    let message = format!("'{text}' is a prefix list, which only AWS has");
    (!has_prefix_lists).then(|| item.problem(message).help("write a range of addresses"))
}
