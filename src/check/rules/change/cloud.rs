//! `change-cloud`: a cluster stays on its cloud.

use super::{Changed, Check, Problem, Rule, cluster};
use crate::check::object::{Cloud, cloud};
use crate::model::Severity;

const PATH: &str = "spec.cloudProvider";

pub(super) static RULE: Rule = Rule {
    id: "change-cloud",
    summary: "an existing cluster moves to another cloud",
    explanation: "\
kops takes another cloudProvider without a word and then builds the cluster anew on the other cloud, \
beside the machines that run on the old one and that it no longer knows. Make a new cluster instead.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let (before, after) = (cloud(old), cloud(new));
    let Some(before) = before.filter(|_| before != after) else { return Vec::new() };
    let after = after.map_or("none", Cloud::name);
    let message = format!("the cloud changes from '{}' to '{after}'", before.name());
    vec![match new.field(PATH) {
        Some(field) => field.problem(message),
        None => new.missing(PATH, message),
    }]
}
