//! `cluster-name`: the name of a cluster is a domain name.

use super::{Check, Cloud, Object, Problem, Rule, cloud, is_set, set, without_dns};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cluster-name",
    summary: "the cluster has no name that kops takes",
    explanation: "\
The name of a cluster becomes part of host names and of names in the cloud. kops wants a domain \
name in small letters, such as prod.example.com. Only a cluster without DNS (spec.topology.dns.type: \
None) may have a name without a dot, and gossip clusters, whose names end in .k8s.local, are gone \
since kops 1.37. On Linode a name has at most 32 characters. A cluster lies in no namespace.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

const LONGEST: usize = 253;
const LONGEST_ON_LINODE: usize = 32;

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let namespace = set(cluster.field("metadata.namespace"));
    let namespace = namespace.map(|field| field.key_problem("a cluster cannot have a namespace"));
    name(cluster).into_iter().chain(namespace).collect()
}

fn name(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.field("metadata.name");
    if !is_set(field) {
        return Some(cluster.missing("metadata.name", "the cluster has no name"));
    }
    let (field, name) = (field?, field?.text()?);
    let reason = refused(cluster, name)?;
    Some(field.problem(format!("the cluster cannot be named '{name}': {reason}")))
}

/// Why kops refuses a name.
fn refused(cluster: &Object<'_>, name: &str) -> Option<&'static str> {
    let has_dns = !without_dns(cluster);
    match () {
        () if name.len() > LONGEST => Some("it has more than 253 characters"),
        () if !name.split('.').all(is_label) => {
            Some("it must be a domain name of small letters, digits, '-' and '.'")
        }
        () if has_dns && name.ends_with(".k8s.local") => {
            Some("gossip clusters are gone since kops 1.37")
        }
        () if has_dns && !name.contains('.') && !is_imported(cluster) => {
            Some("it must be a full domain name, such as 'prod.example.com'")
        }
        () if cloud(cluster) == Some(Cloud::Linode) && name.len() > LONGEST_ON_LINODE => {
            Some("on Linode it has at most 32 characters")
        }
        () => None,
    }
}

/// Whether it can stand between the dots of a domain name.
pub(super) fn is_label(label: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_edge = |byte: Option<u8>| byte.is_some_and(|byte| byte != b'-');
    label.bytes().all(is_part) && is_edge(label.bytes().next()) && is_edge(label.bytes().last())
}

/// Whether the cluster came from a tool before kops, which named clusters freely.
fn is_imported(cluster: &Object<'_>) -> bool {
    let annotations = cluster.field("metadata.annotations");
    annotations.is_some_and(|field| {
        let mut entries = field.entries();
        entries.any(|(key, value)| {
            key == "kops.kubernetes.io/management" && value.text() == Some("imported")
        })
    })
}
