//! `cloud-provider`: a cluster is on one cloud that kops knows.

use super::{Check, Cloud, Object, Problem, Rule, cloud, is_set, set};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cloud-provider",
    summary: "the cluster names no cloud that kops knows, or several",
    explanation: "\
kops builds a cluster on exactly one of the clouds that it knows. spec.cloudProvider names it in \
small letters; in v1alpha3 it holds one field of that name. Clusters on machines of one's own have \
the label alpha.kops.k8s.io/cloud: metal instead.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

const FIELD: &str = "spec.cloudProvider";

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let problem = if cloud(cluster) == Some(Cloud::Metal) { second(cluster) } else { one(cluster) };
    problem.into_iter().collect()
}

/// A cloud beside the one that a label names.
fn second(cluster: &Object<'_>) -> Option<Problem> {
    let field = set(cluster.field(FIELD))?;
    let message = "the cluster is on metal, as its label says, and on another cloud";
    Some(field.key_problem(message))
}

fn one(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.field(FIELD);
    if !is_set(field) {
        // Of several in v1alpha3 none is read.
        let problem = cluster.missing(FIELD, "the cluster names no cloud, or several");
        return Some(problem.help(format!("write one of {}", all())));
    }
    let field = field?;
    let name = field.text().filter(|name| Cloud::named(name).is_none())?;
    let problem = field.problem(format!("kops knows no cloud '{name}'"));
    let meant = name.trim().to_ascii_lowercase();
    Some(match Cloud::named(&meant) {
        Some(cloud) => problem.help(format!("write '{}'", cloud.name())).fix(cloud.name(), false),
        None => problem.help(format!("write one of {}", all())),
    })
}

fn all() -> String {
    Cloud::names().collect::<Vec<_>>().join(", ")
}
