//! One cluster: everything else.

use super::{Check, Object, Problem, Rule, Scope, limited};
use crate::check::object::{Cloud, Field, cloud};
use crate::yaml::Data;

mod addon_manifests;
mod assets;
mod aws_settings;
mod cert_manager;
mod cloud_labels;
mod cloud_provider;
mod cluster_autoscaler;
mod cluster_metadata;
mod cluster_name;
mod containerd;
mod etcd_clusters;
mod etcd_members;
mod etcd_version;
mod external_dns;
mod file_assets;
mod hooks;
mod iam_policies;
mod issuer_discovery;
mod kube_apiserver;
mod kube_dns;
mod kube_proxy_settings;
mod kubelet;
mod kubernetes_version;
mod node_termination;
mod other_cloud;
mod removed_fields;
mod rolling_update;
mod service_account_permissions;
mod setting_values;
mod storage_classes;
mod store_location;
mod sysctl_parameters;
mod warm_pool;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &addon_manifests::RULE,
    &assets::RULE,
    &aws_settings::RULE,
    &cert_manager::RULE,
    &cloud_labels::RULE,
    &cloud_provider::RULE,
    &cluster_autoscaler::RULE,
    &cluster_metadata::RULE,
    &cluster_name::RULE,
    &containerd::RULE,
    &etcd_clusters::RULE,
    &etcd_members::RULE,
    &etcd_version::RULE,
    &external_dns::RULE,
    &file_assets::RULE,
    &hooks::RULE,
    &iam_policies::RULE,
    &issuer_discovery::RULE,
    &kube_apiserver::RULE,
    &kube_dns::RULE,
    &kube_proxy_settings::RULE,
    &kubelet::RULE,
    &kubernetes_version::RULE,
    &node_termination::RULE,
    &other_cloud::RULE,
    &removed_fields::RULE,
    &rolling_update::RULE,
    &service_account_permissions::RULE,
    &setting_values::RULE,
    &storage_classes::RULE,
    &store_location::RULE,
    &sysctl_parameters::RULE,
    &warm_pool::RULE,
];

/// The field, if something is there: kops takes an empty text for nothing.
fn set(field: Option<Field<'_>>) -> Option<Field<'_>> {
    field.filter(|field| field.text() != Some(""))
}

/// Whether something is there.
fn is_set(field: Option<Field<'_>>) -> bool {
    set(field).is_some()
}

/// The text of an item: kops takes nothing for an empty text.
fn text_of(item: Field<'_>) -> Option<&str> {
    item.text().or(item.value.is_null().then_some(""))
}

fn is_list(field: Field<'_>) -> bool {
    matches!(field.value.data, Data::List(_))
}

/// The name of a field as the file spells it, without what is above it.
fn last_name(field: &Field<'_>) -> String {
    let path = field.path();
    path.rsplit('.').next().unwrap_or_default().to_owned()
}

/// Whether a cluster does without DNS.
fn without_dns(cluster: &Object<'_>) -> bool {
    cluster.text("spec.topology.dns.type") == Some("None")
}
