//! `other-cloud`: settings for another cloud than the cluster's.

use super::{Check, Cloud, Object, Problem, Rule, is_set, last_name, set};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "other-cloud",
    summary: "a setting is for another cloud than the cluster's",
    explanation: "\
Some settings mean something on one cloud alone. kops refuses most of them elsewhere as soon as it \
reads the cluster, so that no command works on it any more; a few it drops without a word.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

/// Settings that kops refuses on any other cloud.
const REFUSED: &[(&str, Cloud)] = &[
    ("spec.awsLoadBalancerController", Cloud::Aws),
    ("spec.cloudConfig.awsEBSCSIDriver", Cloud::Aws),
    ("spec.cloudConfig.disableSecurityGroupIngress", Cloud::Aws),
    ("spec.cloudConfig.elbSecurityGroup", Cloud::Aws),
    ("spec.cloudConfig.nlbSecurityGroupMode", Cloud::Aws),
    ("spec.cloudConfig.nodeIPFamilies", Cloud::Aws),
    ("spec.cloudConfig.spotinstOrientation", Cloud::Aws),
    ("spec.cloudConfig.spotinstProduct", Cloud::Aws),
    ("spec.cloudConfig.useIPBasedNodeNames", Cloud::Aws),
    ("spec.cloudConfig.gceServiceAccount", Cloud::Gce),
    ("spec.cloudConfig.gceUseStartupScript", Cloud::Gce),
    ("spec.cloudConfig.gcpPDCSIDriver", Cloud::Gce),
    ("spec.cloudConfig.multizone", Cloud::Gce),
    ("spec.cloudConfig.nodeInstancePrefix", Cloud::Gce),
    ("spec.cloudConfig.nodeTags", Cloud::Gce),
    ("spec.nodeTerminationHandler", Cloud::Aws),
    ("spec.podIdentityWebhook", Cloud::Aws),
    ("spec.warmPool", Cloud::Aws),
];

/// Settings that kops drops on any other cloud.
const DROPPED: &[(&str, Cloud)] = &[
    ("spec.cloudConfig.azure", Cloud::Azure),
    ("spec.cloudConfig.openstack", Cloud::OpenStack),
    ("spec.project", Cloud::Gce),
];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let named = cluster.field("spec.cloudProvider");
    let cloud = named.and_then(|field| Cloud::named(field.text()?));
    if cloud.is_none() && is_set(named) {
        return Vec::new();
    }
    let of_others = |settings: &'static [(&str, Cloud)]| {
        let others = settings.iter().filter(move |(_, only)| Some(*only) != cloud);
        others.filter_map(|(path, only)| Some((set(cluster.field(path))?, *only)))
    };
    let refused = of_others(REFUSED).map(|(field, only)| {
        field.key_problem(format!("kops knows '{}' only on {only}", last_name(&field)))
    });
    let dropped = of_others(DROPPED).map(|(field, only)| {
        let message = format!("kops knows '{}' only on {only} and drops it", last_name(&field));
        field.key_problem(message).severity(Severity::Warning)
    });
    refused.chain(dropped).collect()
}
