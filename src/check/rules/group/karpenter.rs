//! `karpenter-group`: groups whose machines Karpenter makes.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::{GroupRole, role};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "karpenter-group",
    summary: "a group for Karpenter that Karpenter cannot manage",
    explanation: "\
With 'manager: Karpenter' a group has the role Node, a maxSize above 0 or none, and an image of the \
form ami-ID, ssm:PARAMETER, NAME or OWNER/NAME. A minSize stands for machines that are always there; \
it is above 0, and where the cluster sets spec.karpenter.featureGates, they contain \
StaticCapacity=true. kops refuses anything else. It does not look whether the cluster runs \
Karpenter at all (spec.karpenter.enabled); without it nobody makes the machines.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, scope: &Scope<'_>) -> Vec<Problem> {
    let Some(manager) = group.field("spec.manager") else { return Vec::new() };
    if manager.text() != Some("Karpenter") {
        return Vec::new();
    }
    let runs = scope.cluster.is_none_or(|cluster| cluster.is_true("spec.karpenter.enabled"));
    let idle = (!runs).then(|| {
        let problem = manager.problem("the cluster does not run Karpenter");
        problem.severity(Severity::Warning).help("set spec.karpenter.enabled of the cluster")
    });
    let parts = [node(group), most(group), least(group, scope.cluster), image(group), idle];
    parts.into_iter().flatten().collect()
}

fn node(group: &Object<'_>) -> Option<Problem> {
    let other = role(group).filter(|role| *role != GroupRole::Node)?;
    let message = format!("Karpenter manages no groups with the role {other}");
    Some(group.field("spec.role")?.problem(message).help("remove 'manager: Karpenter'"))
}

fn most(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.maxSize")?;
    let message = "maxSize of a group for Karpenter is not greater than 0";
    field.integer().filter(|size| *size <= 0)?;
    Some(field.problem(message).help("raise it, or remove it"))
}

fn least(group: &Object<'_>, cluster: Option<&Object<'_>>) -> Option<Problem> {
    let field = group.field("spec.minSize")?;
    if field.integer()? <= 0 {
        let message = "minSize of a group for Karpenter is not greater than 0";
        return Some(field.problem(message).help("remove it"));
    }
    let gates = cluster?.text("spec.karpenter.featureGates").filter(|gates| !gates.is_empty())?;
    let message = "minSize of a group for Karpenter needs the feature gate StaticCapacity";
    let help = "remove minSize, or add StaticCapacity=true to spec.karpenter.featureGates";
    (!is_static(gates)).then(|| field.problem(message).help(help))
}

/// Whether a list of feature gates, such as `A=true,B=false`, switches StaticCapacity on.
fn is_static(gates: &str) -> bool {
    let mut pairs = gates.split(',').rev().filter_map(|gate| gate.split_once('='));
    let last = pairs.find(|(name, _)| name.trim() == "StaticCapacity");
    last.is_some_and(|(_, value)| value.trim().eq_ignore_ascii_case("true"))
}

fn image(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.image")?;
    let text = field.text()?.trim();
    let is_fine = match text.split_once('/') {
        _ if text.contains("://") => false,
        _ if text.starts_with("ami-") => true,
        _ if text.starts_with("ssm:") => text != "ssm:",
        Some((owner, name)) => !owner.is_empty() && !name.is_empty(),
        None => true,
    };
    let problem = || field.problem(format!("Karpenter cannot look up the image '{text}'"));
    (!is_fine).then(|| problem().help("write ami-ID, ssm:PARAMETER, NAME or OWNER/NAME"))
}
