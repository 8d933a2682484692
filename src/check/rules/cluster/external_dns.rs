//! `external-dns`: who writes names into DNS.

use super::{Check, Object, Problem, Rule, set, without_dns};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "external-dns",
    summary: "settings of externalDns do not fit, or mean nothing",
    explanation: "\
external-dns watches all namespaces or kube-system alone, and needs a cluster with DNS. \
'disable: true' means 'provider: none', so that any other provider beside it is ignored.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    [namespace(cluster), provider(cluster)].into_iter().flatten().collect()
}

fn namespace(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.field("spec.externalDns.watchNamespace")?;
    let name = field.text().filter(|name| !["", "kube-system"].contains(name))?;
    let problem = field.problem(format!("external-dns cannot watch '{name}'"));
    Some(problem.help("write 'kube-system', or leave it out to watch all namespaces"))
}

fn provider(cluster: &Object<'_>) -> Option<Problem> {
    let field = set(cluster.field("spec.externalDns.provider"))?;
    let name = field.text().filter(|name| *name != "none")?;
    if cluster.is_true("spec.externalDns.disable") {
        let problem = field.problem(format!("'disable: true' beside it means none, not '{name}'"));
        return Some(problem.severity(Severity::Warning));
    }
    let is_lost = name == "external-dns" && without_dns(cluster);
    is_lost.then(|| field.problem("'external-dns' needs a cluster with DNS, which this one is not"))
}
