//! `storage-classes`: two settings of storage classes agree.

use super::{Check, Cloud, Object, Problem, Rule, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "storage-classes",
    summary: "two settings disagree on who makes storage classes",
    explanation: "\
On OpenStack spec.cloudConfig.manageStorageClasses and \
spec.cloudConfig.openstack.blockStorage.createStorageClass say the same thing. kops refuses a \
cluster in which they disagree.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let general = cluster.field("spec.cloudConfig.manageStorageClasses");
    let own = cluster.field("spec.cloudConfig.openstack.blockStorage.createStorageClass");
    let values = general
        .zip(own)
        .and_then(|(general, own)| Some((general, general.boolean()?, own.boolean()?)));
    let values = values.filter(|_| cloud(cluster) == Some(Cloud::OpenStack));
    let other = values.filter(|(_, general, own)| general != own);
    let message = "'createStorageClass' of 'openstack.blockStorage' says otherwise";
    other.map(|(field, ..)| field.problem(message)).into_iter().collect()
}
