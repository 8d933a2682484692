//! `subnet-type`: what a subnet is for.

use super::ranges::{is_ipv6_only, subnets};
use super::{Check, Problem, Rule, limited};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "subnet-type",
    summary: "a subnet's type is unknown, or does not suit the cluster",
    explanation: "\
The type of a subnet is Public, Private, DualStack or Utility, spelt like this; there is no \
default. DualStack is for clusters with IPv6 alone. On OpenStack, Public needs the name of an \
external network in cloudConfig.openstack.router.externalNetwork. kops refuses anything else. It \
lets pass, but cannot build: machines with Utility subnets alone, and on AWS a Private subnet \
without a Utility or Public one in its zone for the way out.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const TYPES: &[&str] = &["Public", "Private", "DualStack", "Utility"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let subnets = subnets(cluster);
    let refused: Vec<Problem> =
        limited(subnets.iter().filter_map(|subnet| of_subnet(cluster, subnet)));
    if !refused.is_empty() {
        return refused;
    }
    let mut problems: Vec<Problem> = all_utility(cluster, &subnets).into_iter().collect();
    if cloud(cluster) == Some(Cloud::Aws) {
        problems.extend(without_way_out(&subnets));
    }
    problems
}

fn of_subnet(cluster: &Object<'_>, subnet: &Field<'_>) -> Option<Problem> {
    let is = subnet.text_at("type")?;
    let external = "spec.cloudConfig.openstack.router.externalNetwork";
    let (message, help) = match is {
        "" => ("the subnet has no type".to_owned(), one_of()),
        "DualStack" if !is_ipv6_only(cluster) => (
            "'DualStack' is for clusters with IPv6 alone".to_owned(),
            "write 'Public', 'Private' or 'Utility'".to_owned(),
        ),
        "Public"
            if cloud(cluster) == Some(Cloud::OpenStack) && cluster.field(external).is_none() =>
        {
            (
                "a subnet of type 'Public' needs an external network".to_owned(),
                format!("write the network's name as {external}"),
            )
        }
        _ if TYPES.contains(&is) => return None,
        _ => (format!("'{is}' is no type of a subnet"), one_of()),
    };
    Some(subnet.missing("type", message).help(help))
}

fn one_of() -> String {
    format!("write one of {}", TYPES.join(", "))
}

fn all_utility(cluster: &Object<'_>, subnets: &[Field<'_>]) -> Option<Problem> {
    let is_utility = |subnet: &Field<'_>| subnet.text_at("type") == Some("Utility");
    let all = !subnets.is_empty() && subnets.iter().all(is_utility);
    let message = "all subnets are of type 'Utility', which is not for machines";
    let problem = || cluster.missing("spec.subnets", message).severity(Severity::Warning);
    all.then(|| problem().help("add Public or Private subnets for them"))
}

/// A private subnet that kops makes, with a gateway that kops makes, needs a place for it.
fn without_way_out(subnets: &[Field<'_>]) -> Vec<Problem> {
    let is_one_of = |subnet: &Field<'_>, types: &[&str]| {
        subnet.text_at("type").is_some_and(|is| types.contains(&is))
    };
    let places =
        subnets.iter().filter(|subnet| is_one_of(subnet, &["Utility", "Public", "DualStack"]));
    let places: BTreeSet<&str> = places.filter_map(|place| place.text_at("zone")).collect();
    let of_subnet = |subnet: &Field<'_>| {
        let is_made = subnet.filled("id").is_none() && subnet.filled("egress").is_none();
        let zone = subnet.filled("zone")?.text().filter(|zone| !places.contains(zone))?;
        let message = format!("no Utility or Public subnet in zone '{zone}' leads out of this one");
        let problem = || subnet.missing("type", message).severity(Severity::Warning);
        (is_made && is_one_of(subnet, &["Private"]))
            .then(|| problem().help("add a Utility subnet in this zone, or write an egress"))
    };
    limited(subnets.iter().filter_map(of_subnet))
}
