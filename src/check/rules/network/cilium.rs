//! `cilium`: settings of Cilium that need or exclude each other.

use super::ranges::is_ipv6_only;
use super::{Check, Problem, Rule};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cilium",
    summary: "settings of Cilium contradict each other or the cluster",
    explanation: "\
Some settings of Cilium need others: identityAllocationMode kvstore needs etcdManaged, and that an \
etcd cluster named cilium; encryptionType needs enableEncryption, bpfLBSockHostNSOnly needs \
bpfLBSock, and hubble, when a version is written, needs certManager. enableL7Proxy and \
IPTablesRulesNoinstall exclude each other. ipam eni is for AWS, and neither it nor encryption for \
IPv6 alone. kops refuses anything else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(cilium) = cluster.field("spec.networking.cilium") else { return Vec::new() };
    let found = [
        of_etcd(cluster, &cilium),
        of_identities(&cilium),
        of_encryption(cluster, &cilium),
        of_hubble(cluster, &cilium),
        of_addresses(cluster, &cilium),
    ];
    found.into_iter().flatten().chain(of_switches(&cilium)).collect()
}

fn of_etcd(cluster: &Object<'_>, cilium: &Field<'_>) -> Option<Problem> {
    let names = cluster.fields("spec.etcdClusters[].name");
    let has_etcd = names.iter().any(|name| name.text() == Some("cilium"));
    let problem = || cilium.missing("etcdManaged", "there is no etcd cluster named 'cilium'");
    (cilium.is_true("etcdManaged") && !has_etcd)
        .then(|| problem().help("add one to spec.etcdClusters"))
}

fn of_identities(cilium: &Field<'_>) -> Option<Problem> {
    let mode = cilium.field("identityAllocationMode")?;
    let problem = || mode.problem("'kvstore' needs etcdManaged").help("write 'etcdManaged: true'");
    (mode.text() == Some("kvstore") && !cilium.is_true("etcdManaged")).then(problem)
}

fn of_encryption(cluster: &Object<'_>, cilium: &Field<'_>) -> Option<Problem> {
    if cilium.is_true("enableEncryption") {
        let message = "Cilium has no encryption with IPv6 alone";
        let problem = || cilium.missing("enableEncryption", message).help("remove the line");
        return is_ipv6_only(cluster).then(problem);
    }
    let kind = cilium.filled("encryptionType")?;
    let problem = kind.problem(format!("'{}' needs enableEncryption", kind.text()?));
    Some(problem.help("write 'enableEncryption: true'"))
}

fn of_hubble(cluster: &Object<'_>, cilium: &Field<'_>) -> Option<Problem> {
    let is_missing = cilium.is_true("hubble.enabled")
        && cilium.filled("version").and_then(|version| version.text()?.strip_prefix('v')).is_some()
        && !cluster.is_true("spec.certManager.enabled");
    let problem = || cilium.missing("hubble.enabled", "hubble needs certManager");
    is_missing.then(|| problem().help("write 'certManager: {enabled: true}' in spec"))
}

fn of_addresses(cluster: &Object<'_>, cilium: &Field<'_>) -> Option<Problem> {
    let ipam = cilium.field("ipam").filter(|ipam| ipam.text() == Some("eni"))?;
    let message = if cloud(cluster) != Some(Cloud::Aws) {
        "only AWS has 'eni'"
    } else if is_ipv6_only(cluster) {
        "'eni' has no IPv6"
    } else {
        return None;
    };
    Some(ipam.problem(message).help("choose another ipam, or remove the line"))
}

fn of_switches(cilium: &Field<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if cilium.is_true("bpfLBSockHostNSOnly") && !cilium.is_true("bpfLBSock") {
        let problem = cilium.missing("bpfLBSockHostNSOnly", "bpfLBSockHostNSOnly needs bpfLBSock");
        problems.push(problem.help("write 'bpfLBSock: true'"));
    }
    if cilium.is_true("enableL7Proxy") && cilium.is_true("IPTablesRulesNoinstall") {
        let message = "enableL7Proxy needs the rules that IPTablesRulesNoinstall leaves out";
        problems.push(cilium.missing("enableL7Proxy", message).help("remove one of the two"));
    }
    problems
}
