//! `node-termination`: what watches over machines that are about to go.

use super::{Check, Field, Object, Problem, Rule, last_name};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "node-termination",
    summary: "the node termination handler is set to what it cannot do",
    explanation: "\
Karpenter looks after machines that are about to go by itself, so that kops refuses the node \
termination handler beside it. A handler that reads a queue (enableSQSTerminationDraining) always \
drains for interruptions of spot instances and scheduled events, and monitors rebalancing only when \
it drains for it.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let handler = cluster.field("spec.nodeTerminationHandler");
    let Some(handler) = handler.filter(|handler| flag(*handler, "enabled") == Some(true)) else {
        return Vec::new();
    };
    let beside = cluster.is_true("spec.karpenter.enabled");
    let beside = beside.then(|| handler.key_problem("the handler cannot stand beside Karpenter"));
    let has_queue = flag(handler, "enableSQSTerminationDraining") == Some(true);
    let queue = if has_queue { of_queue(handler) } else { Vec::new() };
    beside.into_iter().chain(queue).collect()
}

fn flag(handler: Field<'_>, name: &str) -> Option<bool> {
    handler.field(name)?.boolean()
}

fn of_queue(handler: Field<'_>) -> Vec<Problem> {
    let always = ["enableSpotInterruptionDraining", "enableScheduledEventDraining"].into_iter();
    let off = always.filter(|name| flag(handler, name) == Some(false));
    let off = off.filter_map(|name| handler.field(name));
    let off = off.map(|field| {
        let name = last_name(&field);
        field.problem(format!("'{name}' cannot be off when the handler reads a queue"))
    });
    let monitoring = handler.field("enableRebalanceMonitoring");
    let monitoring = monitoring.filter(|field| {
        field.boolean() == Some(true) && flag(handler, "enableRebalanceDraining") != Some(true)
    });
    let monitoring = monitoring.map(|field| {
        field.problem("a handler that reads a queue monitors only with 'enableRebalanceDraining'")
    });
    off.chain(monitoring).collect()
}
