//! `pod-cidr`: pods get addresses that are not translated.

use super::ranges::{Ranges, range, range_problem};
use super::{Check, Problem, Rule};
use crate::check::cidr::Cidr;
use crate::check::object::{Field, Object};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "pod-cidr",
    summary: "the range of pods is none, or lies outside of nonMasqueradeCIDR",
    explanation: "\
podCIDR and kubeControllerManager.clusterCIDR are ranges of addresses within nonMasqueradeCIDR; \
kops refuses others. In clusterCIDR kops overlooks bits after the prefix, and hands them on to \
the controller manager.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let within = Ranges::of(cluster).non_masquerade;
    let pods = cluster.filled("spec.podCIDR");
    let pods = pods.and_then(|field| match range(&field)? {
        Ok(range) => outside(&field, range, within),
        Err(problem) => Some(problem),
    });
    let controller = cluster.filled("spec.kubeControllerManager.clusterCIDR");
    let controller = controller.and_then(|field| of_controller(&field, within));
    pods.into_iter().chain(controller).collect()
}

fn of_controller(field: &Field<'_>, within: Option<Cidr>) -> Option<Problem> {
    match Cidr::around(field.text()?) {
        None => range_problem(field),
        Some(range) => outside(field, range, within)
            .or_else(|| range_problem(field).map(|problem| problem.severity(Severity::Warning))),
    }
}

fn outside(field: &Field<'_>, range: Cidr, within: Option<Cidr>) -> Option<Problem> {
    let within = within.filter(|within| !within.holds(range))?;
    let message = format!("'{range}' lies outside of nonMasqueradeCIDR '{within}'");
    Some(field.problem(message).help(format!("write a range within '{within}'")))
}
