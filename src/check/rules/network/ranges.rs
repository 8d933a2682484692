//! The ranges of addresses of a cluster, and what is wrong with one.

use super::Problem;
use crate::check::cidr::{Cidr, CidrError};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::yaml::Data;

/// The range that a field holds, or why kops refuses it; `None` for a value of another type.
pub(super) fn range(field: &Field<'_>) -> Option<Result<Cidr, Problem>> {
    let text = field.text_or_empty()?;
    Some(Cidr::parse(text).map_err(|error| explained(field, text, error)))
}

fn explained(field: &Field<'_>, text: &str, error: CidrError) -> Problem {
    let (message, help) = match error {
        CidrError::Unreadable => (
            format!("'{text}' is no range of addresses"),
            "write an address and the length of its prefix, such as 172.20.0.0/16".to_owned(),
        ),
        CidrError::NoPrefix(alone) => (
            format!("'{text}' is an address without the length of a prefix"),
            format!("write the length, too; '{alone}' is this address alone"),
        ),
        CidrError::BitsOutside(around) => {
            (format!("'{text}' has bits set beyond its prefix"), format!("write '{around}'"))
        }
    };
    field.problem(message).help(help)
}

/// What is wrong with a field as a range.
pub(super) fn range_problem(field: &Field<'_>) -> Option<Problem> {
    range(field)?.err()
}

/// The ranges of a cluster, as far as they can be read. Like kops, they go on with bits that are
/// set beyond a prefix.
#[derive(Debug)]
pub(super) struct Ranges {
    /// The network and the additional ones, where the cloud has them.
    pub network: Vec<Cidr>,
    /// What is not translated when it leaves a node.
    pub non_masquerade: Option<Cidr>,
    /// The addresses of pods.
    pub pods: Option<Cidr>,
    /// The addresses of services.
    pub services: Option<Cidr>,
}

impl Ranges {
    /// The ranges of a cluster.
    pub fn of(cluster: &Object<'_>) -> Self {
        let at = |path| cluster.text(path).and_then(Cidr::around);
        let cloud = cloud(cluster);
        let main = at("spec.networkCIDR").filter(|_| cloud != Some(Cloud::Gce));
        let more = cluster.fields("spec.additionalNetworkCIDRs[]").into_iter();
        let more = more.filter(|_| cloud == Some(Cloud::Aws));
        let more = more.filter_map(|field| Cidr::around(field.text()?));
        Self {
            network: main.into_iter().chain(more).collect(),
            non_masquerade: at("spec.nonMasqueradeCIDR"),
            pods: at("spec.podCIDR"),
            services: at("spec.serviceClusterIPRange"),
        }
    }
}

/// Whether the pods of a cluster have IPv6 addresses alone.
pub(super) fn is_ipv6_only(cluster: &Object<'_>) -> bool {
    cluster.text("spec.nonMasqueradeCIDR") == Some("::/0")
}

/// The subnets of a cluster, without those that are of a wrong type.
pub(super) fn subnets<'a>(cluster: &'a Object<'a>) -> Vec<Field<'a>> {
    let items = cluster.field("spec.subnets").map(|list| list.items()).unwrap_or_default();
    items.into_iter().filter(|item| matches!(item.value.data, Data::Null | Data::Map(_))).collect()
}
