//! `non-masquerade-cidr`: addresses that are not translated lie beside the network.

use super::ranges::{Ranges, range};
use super::{Check, Problem, Rule};
use crate::check::cidr::Cidr;
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "non-masquerade-cidr",
    summary: "nonMasqueradeCIDR is missing, no range, or overlaps the network",
    explanation: "\
nonMasqueradeCIDR is the range from which pods and services get their addresses, such as \
100.64.0.0/10; every cloud but GCE needs it. It must not overlap the cluster's networks, except \
with networking.amazonvpc or with cilium's ipam 'eni', where pods live in the network. A cluster \
with IPv6 alone writes \"::/0\". kops refuses anything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

const PATH: &str = "spec.nonMasqueradeCIDR";

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    of_field(cluster).into_iter().collect()
}

fn of_field(cluster: &Object<'_>) -> Option<Problem> {
    let Some(field) = cluster.filled(PATH) else {
        let missing = || cluster.missing(PATH, "the cluster has no nonMasqueradeCIDR");
        let help = "write the range of its pods and services, such as 100.64.0.0/10";
        return (cloud(cluster) != Some(Cloud::Gce)).then(|| missing().help(help));
    };
    match range(&field)? {
        Ok(range) if range.is_ipv6() => of_ipv6(&field),
        Ok(range) => of_overlap(cluster, &field, range),
        Err(problem) => Some(problem),
    }
}

fn of_ipv6(field: &Field<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| *text != "::/0")?;
    let message = format!("'{text}' is an IPv6 range, but not all of IPv6");
    Some(field.problem(message).help("write \"::/0\", with the quotes"))
}

fn of_overlap(cluster: &Object<'_>, field: &Field<'_>, range: Cidr) -> Option<Problem> {
    let has_pods_in_network = cluster.field("spec.networking.amazonvpc").is_some()
        || cluster.text("spec.networking.cilium.ipam") == Some("eni");
    let network = Ranges::of(cluster).network.into_iter().find(|other| other.overlaps(range))?;
    let message = format!("nonMasqueradeCIDR '{range}' overlaps the cluster's network '{network}'");
    let help = "choose a range outside of the network, such as 100.64.0.0/10";
    (!has_pods_in_network).then(|| field.problem(message).help(help))
}
