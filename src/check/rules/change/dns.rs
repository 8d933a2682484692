//! `change-dns`: a cluster keeps its names.

use super::{Changed, Check, Problem, Rule, cluster, difference};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "change-dns",
    summary: "the DNS names of an existing cluster change",
    explanation: "\
masterPublicName, dnsZone and topology.dns.type decide under which name users and machines find the \
API. kops takes a change without a word, but certificates, kubeconfig files and running machines \
have the old name: they lose the cluster until every machine is replaced.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let usual = old.name().map(|name| format!("api.{name}"));
    let problems = [
        difference(old, new, "spec.masterPublicName", usual.as_deref()),
        difference(old, new, "spec.topology.dns.type", Some("Public")),
        difference(old, new, "spec.dnsZone", None),
    ];
    problems.into_iter().flatten().collect()
}
