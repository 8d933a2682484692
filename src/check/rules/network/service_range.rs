//! `service-range`: the addresses of services, and of DNS among them.

use super::ranges::{Ranges, is_ipv6_only, range};
use super::{Check, Problem, Rule};
use crate::check::object::Object;
use crate::model::Severity;
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "service-range",
    summary: "the range of services is none, or other settings contradict it",
    explanation: "\
serviceClusterIPRange is a range of addresses. kubeAPIServer.serviceClusterIPRange, where it is \
written at all, must be the same, and kubeDNS.serverIP an address within it: kops refuses \
anything else. A range of IPv6 in a cluster with IPv4, or the other way round, passes kops but \
does not work.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const PATH: &str = "spec.serviceClusterIPRange";

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let found = [of_range(cluster), of_copy(cluster), of_dns(cluster)];
    found.into_iter().flatten().collect()
}

fn of_range(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.filled(PATH)?;
    let range = match range(&field)? {
        Ok(range) => range,
        Err(problem) => return Some(problem),
    };
    let (is, has) = if range.is_ipv6() { ("IPv6", "IPv4") } else { ("IPv4", "IPv6") };
    let message = format!("'{range}' is a range of {is} in a cluster with {has}");
    let help = format!("write a range of {has}");
    let problem = || field.problem(message).help(help).severity(Severity::Warning);
    (range.is_ipv6() != is_ipv6_only(cluster)).then(problem)
}

fn of_copy(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.filled("spec.kubeAPIServer.serviceClusterIPRange")?;
    let (text, own) = (field.text()?, cluster.root().text_at(PATH)?);
    let message = match own {
        "" => format!("'{text}' is written here, but the cluster has no serviceClusterIPRange"),
        _ => format!("'{text}' differs from the cluster's serviceClusterIPRange '{own}'"),
    };
    let help = "write it once, as spec.serviceClusterIPRange";
    (text != own).then(|| field.problem(message).help(help))
}

fn of_dns(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.filled("spec.kubeDNS.serverIP")?;
    let text = field.text()?;
    let Ok(address) = text.parse::<IpAddr>() else {
        let problem = field.problem(format!("'{text}' is no IP address"));
        return Some(problem.help("write one address, without a prefix"));
    };
    let services = Ranges::of(cluster).services?;
    let message = format!("'{text}' lies outside of serviceClusterIPRange '{services}'");
    let help = format!("write an address within '{services}'");
    (!services.holds_address(address.to_canonical())).then(|| field.problem(message).help(help))
}
