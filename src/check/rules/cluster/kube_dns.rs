//! `kube-dns`: names are resolved by servers that have an address.

use super::{Check, Field, Object, Problem, Rule, is_set};
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
    servers.chain(empty).chain(local(dns, cluster)).collect()
}

fn not_an_address(field: Field<'_>, what: &str) -> Option<Problem> {
    let text = field.text().filter(|text| text.parse::<IpAddr>().is_err())?;
    Some(field.problem(format!("'{text}' is no IP address, but {what} must be one")))
}

/// The problems that kops sees only when `serverIP` is there and readable.
fn local(dns: Field<'_>, cluster: &Object<'_>) -> Vec<Problem> {
    let is_address =
        |field: Field<'_>| field.text().is_some_and(|text| text.parse::<IpAddr>().is_ok());
    let is_looked_at = dns.field("serverIP").is_some_and(is_address);
    let severity = if is_looked_at { Severity::Error } else { Severity::Warning };
    let found = [provider(dns), local_address(dns)].into_iter().flatten();
    let kubelets =
        ["spec.kubelet", "spec.masterKubelet"].iter().filter_map(|path| cluster.field(path));
    let kubelets = kubelets.filter_map(|kubelet| other_server(kubelet, dns));
    found
        .chain(kubelets)
        .map(|problem| problem.severity(severity))
        .chain(odd_provider(dns))
        .collect()
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
    let field = dns.field("nodeLocalDNS.localIP").filter(|_| is_local(dns))?;
    not_an_address(field, "'localIP'").filter(|_| is_set(Some(field)))
}

/// A kubelet that asks neither of the two servers. kops takes an absent `clusterDNS` for one that
/// is empty, so that a `localIP` needs it.
fn other_server(kubelet: Field<'_>, dns: Field<'_>) -> Option<Problem> {
    let local =
        dns.field("nodeLocalDNS")?.field("localIP").map_or(Some(""), |field| field.text())?;
    let server = dns.field("serverIP").map_or(Some(""), |field| field.text())?;
    let asked = kubelet.field("clusterDNS");
    let text = asked.map_or(Some(""), |field| field.text())?;
    let needs = || format!("'clusterDNS' must be '{server}' or '{local}' beside 'nodeLocalDNS'");
    let is_other = text != server && text != local && !(text.is_empty() && server.is_empty());
    is_other.then(|| asked.unwrap_or(kubelet).key_problem(needs()))
}
