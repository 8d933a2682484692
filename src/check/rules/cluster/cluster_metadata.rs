//! `cluster-metadata`: labels and annotations of a cluster are ones that Kubernetes takes.

use super::{Check, Field, Object, Problem, Rule, limited};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cluster-metadata",
    summary: "a label or annotation of the cluster is one that kops refuses",
    explanation: "\
The keys below metadata.labels and metadata.annotations follow the rules of Kubernetes: an optional \
domain name and a slash, then at most 63 letters, digits, '-', '_' and '.', of which the first and \
the last are a letter or a digit. The values of labels are like the part behind the slash, or empty.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let of = |path| cluster.field(path).into_iter().flat_map(|field: Field<'_>| field.entries());
    let keys = of("metadata.labels").chain(of("metadata.annotations"));
    let keys = keys.filter(|(key, _)| !is_qualified(key)).map(|(key, field)| {
        field.key_problem(format!("'{key}' is no name of a label or annotation"))
    });
    let values = of("metadata.labels").filter_map(|(_, field)| wrong_value(field));
    limited(keys.chain(values))
}

fn wrong_value(field: Field<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| !text.is_empty() && !is_name(text))?;
    Some(field.problem(format!("'{text}' is no value of a label")))
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
