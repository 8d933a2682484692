//! `kube-dns`: names are resolved by servers that have an address.

use super::{Check, Field, Object, Problem, Rule, limited, set};
use crate::model::Severity;
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "kube-dns",
    summary: "settings of the cluster's DNS do not fit, or name servers by name",
    explanation: "\
upstreamNameservers and the servers of stubDomains are IP addresses; each stub domain has at least \
one. nodeLocalDNS works with CoreDNS alone, its localIP is an IP address, and a clusterDNS of the \
kubelets is serverIP or localIP. kops checks the last three only when serverIP is given; without it \
they are warnings.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(dns) = cluster.field("spec.kubeDNS") else { return Vec::new() };
    let servers =
        dns.fields("upstreamNameservers[]").into_iter().chain(dns.fields("stubDomains.*[]"));
    let servers = servers.filter_map(|field| not_an_address(field, "a name server"));
    let domains = dns.field("stubDomains").into_iter().flat_map(|field| field.entries());
    let empty = domains.filter(|(_, servers)| servers.items().is_empty());
    let empty = empty.map(|(domain, field)| {
        field.key_problem(format!("the stub domain '{domain}' has no name servers"))
    });
    limited(servers.chain(empty).chain(local(dns, cluster)))
}

fn not_an_address(field: Field<'_>, what: &str) -> Option<Problem> {
    let text = field.text().filter(|text| text.parse::<IpAddr>().is_err())?;
    Some(field.problem(format!("'{text}' is no IP address, but {what} must be one")))
}

/// Problems of the server on each machine. kops sees them only when `serverIP` is there and
/// readable.
fn local(dns: Field<'_>, cluster: &Object<'_>) -> Vec<Problem> {
    let server = dns.field("serverIP").and_then(|field| field.text());
    let server = server.filter(|text| text.parse::<IpAddr>().is_ok());
    let severity = if server.is_some() { Severity::Error } else { Severity::Warning };
    let found = [provider(dns), local_address(dns)].into_iter().flatten();
    let found = found.map(|problem| problem.severity(severity));
    let asked = server.map(|server| kubelets(dns, cluster, server)).unwrap_or_default();
    found.chain(asked).chain(odd_provider(dns)).collect()
}

fn is_local(dns: Field<'_>) -> bool {
    dns.field("nodeLocalDNS.enabled").and_then(|field| field.boolean()) == Some(true)
}

fn provider(dns: Field<'_>) -> Option<Problem> {
    let field = dns.field("provider").filter(|_| is_local(dns))?;
    let text = field.text().filter(|text| !["", "CoreDNS"].contains(text))?;
    let problem = field.problem(format!("'nodeLocalDNS' works with CoreDNS, not with '{text}'"));
    Some(problem.help("write 'CoreDNS'").fix("CoreDNS", false))
}

fn odd_provider(dns: Field<'_>) -> Option<Problem> {
    let field = dns.field("provider").filter(|_| !is_local(dns))?;
    let text = field.text().filter(|text| !["", "CoreDNS", "KubeDNS"].contains(text))?;
    let message = format!("kops knows CoreDNS and KubeDNS, not '{text}'");
    Some(field.problem(message).severity(Severity::Warning))
}

fn local_address(dns: Field<'_>) -> Option<Problem> {
    let field = set(dns.field("nodeLocalDNS.localIP")).filter(|_| is_local(dns))?;
    not_an_address(field, "'localIP'")
}

/// Kubelets that ask none of the cluster's servers.
fn kubelets(dns: Field<'_>, cluster: &Object<'_>, server: &str) -> Vec<Problem> {
    let Some(local) = dns.field("nodeLocalDNS") else { return Vec::new() };
    let Some(local) = local.field("localIP").map_or(Some(""), |field| field.text()) else {
        return Vec::new();
    };
    let is_ipvs = cluster.text("spec.kubeProxy.proxyMode") == Some("ipvs");
    let is_bypassed = is_ipvs || cluster.field("spec.networking.cilium").is_some();
    let server = (!(is_local(dns) && is_bypassed)).then_some(server);
    let kubelets = ["spec.kubelet", "spec.masterKubelet"].iter();
    let kubelets = kubelets.filter_map(|path| cluster.field(path));
    kubelets.filter_map(|kubelet| asks_another(kubelet, server, local)).collect()
}

/// A kubelet that asks neither of two servers; without the first, only one that asks at all. kops
/// takes an absent `clusterDNS` for an empty one, so that `localIP` needs it.
fn asks_another(kubelet: Field<'_>, server: Option<&str>, local: &str) -> Option<Problem> {
    let field = kubelet.field("clusterDNS");
    let asked = field.map_or(Some(""), |field| field.text())?;
    let is_good = asked == local || server.map_or(asked.is_empty(), |server| asked == server);
    let message = match server {
        Some(server) => format!("'clusterDNS' is neither '{server}' nor '{local}' ('localIP')"),
        None => format!("'clusterDNS' is not '{local}' ('localIP')"),
    };
    (!is_good).then(|| field.unwrap_or(kubelet).key_problem(message))
}
