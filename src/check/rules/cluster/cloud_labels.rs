//! `cloud-labels`: labels in the cloud leave those of kops alone.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::Kind;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cloud-labels",
    summary: "a label in the cloud is one that kops sets by itself",
    explanation: "\
kops finds what belongs to a cluster by labels in the cloud: Name, KubernetesCluster, and those that \
begin with kubernetes.io/cluster/, k8s.io/role/ or kops.k8s.io/. It refuses them among the \
cloudLabels of an instance group. Among those of a cluster it refuses them only when an existing \
cluster is updated, so that they are a warning.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

const NAMES: &[&str] = &["Name", "KubernetesCluster"];
const PREFIXES: &[&str] = &["kubernetes.io/cluster/", "k8s.io/role/", "kops.k8s.io/"];
/// The label that a group may have; it is checked elsewhere.
const OWN: &str = "kops.k8s.io/instancegroup";

fn check(object: &Object<'_>, _: &Scope<'_>) -> Vec<Problem> {
    let is_group = object.kind == Kind::InstanceGroup;
    let severity = if is_group { Severity::Error } else { Severity::Warning };
    let labels = object.field("spec.cloudLabels").into_iter().flat_map(|field| field.entries());
    let reserved = labels.filter(|(name, _)| is_reserved(name) && !(is_group && *name == OWN));
    reserved
        .map(|(name, field)| {
            field.key_problem(format!("kops sets '{name}' by itself")).severity(severity)
        })
        .collect()
}

fn is_reserved(name: &str) -> bool {
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
