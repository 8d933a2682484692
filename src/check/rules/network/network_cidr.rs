//! `network-cidr`: the network of a cluster, and its additional ones.

use super::ranges::{range, range_problem};
use super::{Check, Problem, Rule, limited};
use crate::check::cidr::Cidr;
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "network-cidr",
    summary: "networkCIDR or additionalNetworkCIDRs do not suit the cloud, or are no ranges",
    explanation: "\
networkCIDR is the range of the cluster's network, such as 172.20.0.0/16. AWS and Azure need it, \
GCE has none; DigitalOcean and Linode want a private range, and no networkID beside it. Only AWS \
takes additionalNetworkCIDRs. kops refuses anything else. AWS itself refuses a network larger \
than /16 or smaller than /28, which kops lets pass.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(cloud) = cloud(cluster) else { return Vec::new() };
    let mut problems: Vec<Problem> = of_network(cluster, cloud).into_iter().collect();
    problems.extend(of_additional(cluster, cloud));
    problems
}

fn of_network(cluster: &Object<'_>, cloud: Cloud) -> Option<Problem> {
    let Some(field) = cluster.filled("spec.networkCIDR") else {
        let missing = || cluster.missing("spec.networkCIDR", "the cluster has no networkCIDR");
        let help = "write the range of its network, such as 'networkCIDR: 172.20.0.0/16'";
        return matches!(cloud, Cloud::Aws | Cloud::Azure).then(|| missing().help(help));
    };
    if cloud == Cloud::Gce {
        let problem = field.key_problem(format!("{cloud} takes no networkCIDR"));
        return Some(problem.help("remove the line"));
    }
    match range(&field)? {
        Ok(range) => of_range(cluster, cloud, &field, range),
        Err(problem) => Some(problem),
    }
}

fn of_range(cluster: &Object<'_>, cloud: Cloud, field: &Field<'_>, range: Cidr) -> Option<Problem> {
    match cloud {
        Cloud::DigitalOcean | Cloud::Linode => {
            if let Some(id) = cluster.filled("spec.networkID").and_then(|id| id.text()) {
                let message = format!("networkCIDR '{range}' stands beside networkID '{id}'");
                let help = format!("on {cloud}, write one of the two");
                return Some(field.key_problem(message).help(help));
            }
            let message = format!("'{range}' is no private range");
            let help = "write a range within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16";
            (!range.is_private()).then(|| field.problem(message).help(help))
        }
        Cloud::Aws if !range.is_ipv6() && !(16..=28).contains(&range.prefix()) => {
            let problem = field.problem(format!("AWS has no networks of the size of '{range}'"));
            Some(problem.help("write a prefix from /16 to /28").severity(Severity::Warning))
        }
        _ => None,
    }
}

fn of_additional(cluster: &Object<'_>, cloud: Cloud) -> Vec<Problem> {
    let Some(field) = cluster.field("spec.additionalNetworkCIDRs") else { return Vec::new() };
    let items = field.items();
    if cloud == Cloud::Aws {
        return limited(items.iter().filter_map(range_problem));
    }
    let problem = || field.key_problem(format!("{cloud} takes no additionalNetworkCIDRs"));
    (!items.is_empty()).then(|| problem().help("remove them")).into_iter().collect()
}
