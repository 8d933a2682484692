//! `kube-proxy`: what takes the place of kube-proxy does not run beside it.

use super::{Check, Problem, Rule};
use crate::check::object::Object;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "kube-proxy",
    summary: "kubeProxy is configured beside a network plugin that takes its place",
    explanation: "\
kube-router, cilium with enableNodePort and calico with bpfEnabled do themselves what kube-proxy \
does. With one of them kops refuses a kubeProxy that is not switched off by 'enabled: false'; \
without any kubeProxy in the file it switches it off by itself.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let replacements = [
        ("kube-router", cluster.field("spec.networking.kuberouter").is_some()),
        ("cilium's enableNodePort", cluster.is_true("spec.networking.cilium.enableNodePort")),
        ("calico's bpfEnabled", cluster.is_true("spec.networking.calico.bpfEnabled")),
    ];
    let Some((name, _)) = replacements.into_iter().find(|(_, is_there)| *is_there) else {
        return Vec::new();
    };
    let Some(proxy) = cluster.field("spec.kubeProxy") else { return Vec::new() };
    let is_off = match proxy.field("enabled") {
        Some(enabled) => enabled.boolean() != Some(true),
        None => false,
    };
    let problem = || {
        proxy.missing("enabled", format!("{name} takes the place of kube-proxy, which is still on"))
    };
    (!is_off).then(|| problem().help("write 'enabled: false' in kubeProxy")).into_iter().collect()
}
