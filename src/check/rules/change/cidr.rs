//! `change-cidr`: the address ranges of a cluster stay.

use super::{Changed, Check, Object, Problem, Rule, cluster, compared, difference, named};
use crate::model::Severity;
use std::collections::BTreeSet;

const PATHS: &[&str] = &[
    "spec.networkCIDR",
    "spec.nonMasqueradeCIDR",
    "spec.podCIDR",
    "spec.serviceClusterIPRange",
    "spec.kubeControllerManager.clusterCIDR",
];

pub(super) static RULE: Rule = Rule {
    id: "change-cidr",
    summary: "an address range of an existing cluster changes",
    explanation: "\
kops takes a change of networkCIDR, nonMasqueradeCIDR, podCIDR, serviceClusterIPRange or the cidr of \
a subnet without a word. The network in the cloud stays as it is, or cannot be made anew while \
machines use it, and pods and services keep addresses of the old range: traffic between old and new \
machines is lost. New ranges need a new cluster, or a migration step by step. Further \
additionalNetworkCIDRs may come; none may go.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let own = PATHS.iter().filter_map(|path| difference(old, new, path, None));
    own.chain(additional(old, new)).chain(subnets(old, new)).collect()
}

fn additional(old: &Object<'_>, new: &Object<'_>) -> Option<Problem> {
    let path = "spec.additionalNetworkCIDRs";
    let list = format!("{path}[]");
    let (old, kept) = (old.fields(&list), new.fields(&list));
    let kept: BTreeSet<&str> = kept.iter().filter_map(|field| field.text()).collect();
    let mut old = old.iter().filter_map(|field| field.text());
    let lost = old.find(|text| !kept.contains(text))?;
    let message = format!("additionalNetworkCIDRs loses '{lost}'");
    Some(match new.field(path) {
        Some(field) => field.key_problem(message),
        None => new.missing(path, message),
    })
}

fn subnets(old: &Object<'_>, new: &Object<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let after = named(new.fields("spec.subnets[]"));
    for (name, before) in named(old.fields("spec.subnets[]")) {
        let Some(after) = after.get(name) else { continue };
        for range in ["cidr", "ipv6CIDR"] {
            let what = format!("{range} of the subnet '{name}'");
            let message = compared(&what, before.field(range), after.field(range), None);
            let place = after.field(range).unwrap_or(*after);
            problems.extend(message.map(|message| place.problem(message)));
        }
    }
    problems
}
