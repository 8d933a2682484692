//! `subnet-cidr`: subnets lie in the network, beside pods and services.

use super::ranges::{Ranges, range, subnets};
use super::{Check, Problem, Rule, limited};
use crate::check::cidr::Cidr;
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "subnet-cidr",
    summary: "a subnet's range is none, or lies in the wrong place",
    explanation: "\
A subnet's cidr is a range within networkCIDR or, on AWS, within one of additionalNetworkCIDRs. \
It must not overlap serviceClusterIPRange, nor podCIDR unless networking.amazonvpc is used. Its \
ipv6CIDR, which only AWS has, is an IPv6 range or, counted within the network's range, a size \
with a number, such as /64#1. kops refuses anything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let mut ranges = Ranges::of(cluster);
    if cluster.field("spec.networking.amazonvpc").is_some() {
        ranges.pods = None;
    }
    let is_aws = cloud(cluster) == Some(Cloud::Aws);
    let of_subnet = |subnet: &Field<'_>| {
        let cidr = subnet.filled("cidr").and_then(|field| of_cidr(&field, &ranges));
        let ipv6 = subnet.filled("ipv6CIDR").and_then(|field| of_ipv6(&field, &ranges, is_aws));
        cidr.into_iter().chain(ipv6)
    };
    limited(subnets(cluster).iter().flat_map(of_subnet))
}

fn of_cidr(field: &Field<'_>, ranges: &Ranges) -> Option<Problem> {
    let range = match range(field)? {
        Ok(range) => range,
        Err(problem) => return Some(problem),
    };
    let Some(network) = ranges.network.first() else { return of_overlap(field, range, ranges) };
    if ranges.network.iter().any(|network| network.holds(range)) {
        return of_overlap(field, range, ranges);
    }
    let message = format!("'{range}' lies outside of the cluster's network '{network}'");
    Some(field.problem(message).help(format!("write a range within '{network}'")))
}

fn of_overlap(field: &Field<'_>, range: Cidr, ranges: &Ranges) -> Option<Problem> {
    let taken = [("podCIDR", ranges.pods), ("serviceClusterIPRange", ranges.services)];
    let taken = taken.into_iter().filter_map(|(name, taken)| Some((name, taken?)));
    let (name, other) = taken.into_iter().find(|(_, other)| other.overlaps(range))?;
    Some(overlap(field, range, name, other))
}

fn overlap(field: &Field<'_>, range: Cidr, name: &str, other: Cidr) -> Problem {
    let problem = field.problem(format!("'{range}' overlaps {name} '{other}'"));
    problem.help("keep subnets, pods and services apart")
}

fn of_ipv6(field: &Field<'_>, ranges: &Ranges, is_aws: bool) -> Option<Problem> {
    let text = field.text()?;
    if !is_aws {
        let problem = field.key_problem("only AWS has subnets with an ipv6CIDR");
        return Some(problem.help("remove the line"));
    }
    if text.starts_with('/') {
        let message = format!("'{text}' is no size with a number");
        let help =
            "write the length of a prefix and, in hexadecimal digits, which one, as in /64#1f";
        return (!is_size_with_number(text)).then(|| field.problem(message).help(help));
    }
    match range(field)? {
        Ok(range) if !range.is_ipv6() => {
            let problem = field.problem(format!("'{range}' is no range of IPv6"));
            Some(problem.help("write one, such as 2001:db8:0:111::/64, or /64#1"))
        }
        Ok(range) => {
            let services = ranges.services.filter(|services| services.overlaps(range))?;
            Some(overlap(field, range, "serviceClusterIPRange", services))
        }
        Err(problem) => Some(problem),
    }
}

/// Whether a text is a size and which range of that size is meant, such as `/64#1f`.
fn is_size_with_number(text: &str) -> bool {
    let Some((size, number)) = text.strip_prefix('/').and_then(|text| text.split_once('#')) else {
        return false;
    };
    let is_hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    size.bytes().all(|byte| byte.is_ascii_digit())
        && size.parse::<u32>().is_ok_and(|size| size <= 128)
        && number.bytes().all(is_hexadecimal)
        && i64::from_str_radix(number, 16).is_ok()
}
