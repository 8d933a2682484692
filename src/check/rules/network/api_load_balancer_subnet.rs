//! `api-load-balancer-subnet`: where the API's load balancer stands.

use super::ranges::subnets;
use super::{Check, Problem, Rule, limited};
use crate::check::cidr::Cidr;
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;
use std::collections::BTreeMap;
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "api-load-balancer-subnet",
    summary: "a subnet of the API's load balancer is unknown, or has an unsuitable address",
    explanation: "\
Each of api.loadBalancer.subnets names a subnet of the cluster. privateIPv4Address is an address \
within that subnet, for Internal load balancers of class Network; allocationId belongs to Public \
ones. kops refuses anything else. It looks at this on AWS alone.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let balancer = cluster.field("spec.api.loadBalancer");
    let Some(balancer) = balancer.filter(|_| cloud(cluster) == Some(Cloud::Aws)) else {
        return Vec::new();
    };
    let known = subnets(cluster);
    let known: Known<'_> =
        known.into_iter().filter_map(|subnet| Some((subnet.text_at("name")?, subnet))).collect();
    let of_subnet = |subnet: &Field<'_>| {
        let found = [
            of_name(&known, subnet),
            of_address(&known, &balancer, subnet),
            of_allocation(&balancer, subnet),
        ];
        found.into_iter().flatten()
    };
    let named = balancer.field("subnets").map(|list| list.items()).unwrap_or_default();
    limited(named.iter().flat_map(of_subnet))
}

/// The subnets of the cluster by name.
type Known<'a> = BTreeMap<&'a str, Field<'a>>;

fn of_name(known: &Known<'_>, subnet: &Field<'_>) -> Option<Problem> {
    let name = subnet.text_at("name")?;
    let message = match name {
        "" => "the name of a subnet is missing".to_owned(),
        _ if known.contains_key(name) => return None,
        _ => format!("the cluster has no subnet '{name}'"),
    };
    Some(subnet.missing("name", message).help("write the name of one of spec.subnets"))
}

fn of_address(known: &Known<'_>, balancer: &Field<'_>, subnet: &Field<'_>) -> Option<Problem> {
    let field = subnet.field("privateIPv4Address")?;
    let text = field.text()?;
    let is_internal = is_network(balancer) && balancer.text_at("type") == Some("Internal");
    let address = text.parse::<IpAddr>().map(|address| address.to_canonical());
    let message = match address {
        Ok(address) if address.is_ipv4() && is_internal => {
            let cidr = known.get(subnet.text_at("name")?)?.filled("cidr")?.text()?;
            let range = Cidr::around(cidr).filter(|range| !range.holds_address(address))?;
            format!("'{text}' lies outside of the subnet's range '{range}'")
        }
        Ok(address) if address.is_ipv4() => {
            "a private address is for an Internal load balancer of class Network".to_owned()
        }
        _ => format!("'{text}' is no IPv4 address"),
    };
    Some(field.problem(message).help("write an address within the subnet, or remove the line"))
}

fn of_allocation(balancer: &Field<'_>, subnet: &Field<'_>) -> Option<Problem> {
    let field = subnet.field("allocationId")?;
    let is_public = is_network(balancer) && balancer.text_at("type") != Some("Internal");
    let message = match field.text()? {
        "" => "the allocation has no id",
        _ if is_public => return None,
        _ => "an allocation is for a Public load balancer of class Network",
    };
    Some(field.problem(message).help("write an id such as eipalloc-0123, or remove the line"))
}

fn is_network(balancer: &Field<'_>) -> bool {
    balancer.text_at("class") == Some("Network")
}
