//! `cluster-autoscaler`: what the autoscaler can do on a cloud.

use super::{Check, Cloud, Object, Problem, Rule, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cluster-autoscaler",
    summary: "the autoscaler cannot do that on the cluster's cloud",
    explanation: "\
kops refuses spec.clusterAutoscaler on OpenStack, even when it is not enabled, and the expander \
price anywhere but on GCE.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let cloud = cloud(cluster);
    let scaler = cluster.field("spec.clusterAutoscaler");
    let scaler = scaler.filter(|_| cloud == Some(Cloud::OpenStack));
    let scaler = scaler.map(|field| field.key_problem("kops has no autoscaler on OpenStack"));
    let expander = cluster.field("spec.clusterAutoscaler.expander");
    let expander = expander.filter(|field| {
        field.text() == Some("price") && cloud.is_some_and(|cloud| cloud != Cloud::Gce)
    });
    let expander = expander.map(|field| field.problem("the expander 'price' works only on GCE"));
    scaler.into_iter().chain(expander).collect()
}
