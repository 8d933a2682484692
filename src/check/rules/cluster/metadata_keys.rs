//! `metadata-keys`: labels and annotations of a cluster have names that Kubernetes knows.

use super::{Check, Object, Problem, Rule};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "metadata-keys",
    summary: "a label or annotation of the cluster has a name that kops refuses",
    explanation: "\
The keys below metadata.labels and metadata.annotations follow the rules of Kubernetes: an optional \
domain name and a slash, then at most 63 letters, digits, '-', '_' and '.', of which the first and \
the last are a letter or a digit.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let maps = ["metadata.labels", "metadata.annotations"];
    let entries = maps.iter().filter_map(|path| cluster.field(path)).flat_map(|map| map.entries());
    let wrong = entries.filter(|(key, _)| !is_qualified(key));
    wrong
        .map(|(key, field)| {
            field.key_problem(format!("'{key}' is no name of a label or annotation"))
        })
        .collect()
}

fn is_qualified(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_domain(&prefix.to_ascii_lowercase()) && is_name(name),
        None => is_name(key),
    }
}

fn is_name(name: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.len() <= 63
        && name.chars().all(is_part)
        && is_edge(name.chars().next())
        && is_edge(name.chars().last())
}

fn is_domain(prefix: &str) -> bool {
    prefix.len() <= 253 && prefix.split('.').all(super::cluster_name::is_label)
}
