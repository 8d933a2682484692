//! One cluster: everything else.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::{Cloud, Field, cloud};
use crate::yaml::Data;

mod addon_manifests;
mod assets;
mod cloud_provider;
mod cluster_name;
mod etcd_clusters;
mod etcd_members;
mod etcd_version;
mod file_assets;
mod hooks;
mod iam_policies;
mod kubernetes_version;
mod metadata_keys;
mod rolling_update;
mod store_location;
mod sysctl_parameters;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &addon_manifests::RULE,
    &assets::RULE,
    &cloud_provider::RULE,
    &cluster_name::RULE,
    &etcd_clusters::RULE,
    &etcd_members::RULE,
    &etcd_version::RULE,
    &file_assets::RULE,
    &hooks::RULE,
    &iam_policies::RULE,
    &kubernetes_version::RULE,
    &metadata_keys::RULE,
    &rolling_update::RULE,
    &store_location::RULE,
    &sysctl_parameters::RULE,
];

/// Whether something is there: kops takes an empty text for nothing.
fn is_set(field: Option<Field<'_>>) -> bool {
    field.is_some_and(|field| field.text() != Some(""))
}

fn is_list(field: Field<'_>) -> bool {
    matches!(field.value.data, Data::List(_))
}

/// Whether a cluster does without DNS.
fn without_dns(cluster: &Object<'_>) -> bool {
    cluster.text("spec.topology.dns.type") == Some("None")
}

/// What an address of AWS names in the end, such as `policy/name`; `None` if it is no address.
fn resource(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    (parts.next() == Some("arn")).then(|| parts.nth(4)).flatten()
}
