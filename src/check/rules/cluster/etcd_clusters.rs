//! `etcd-clusters`: the etcd clusters are those that kops knows, each once.

use super::{Check, Field, Object, Problem, Rule, is_list, is_set, limited};
use crate::model::Severity;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "etcd-clusters",
    summary: "the etcd clusters are not those that kops builds",
    explanation: "\
A cluster keeps its state in etcd. kops builds the etcd clusters main, events, cilium and leases, \
each at most once, and refuses a cluster that lists none. Two that share a place for backups \
overwrite each other's; kops compares only their names and does not notice.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const NAMES: &[&str] = &["main", "events", "cilium", "leases"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let field = cluster.field("spec.etcdClusters");
    let items = field.map(|field| field.items()).unwrap_or_default();
    if items.is_empty() && field.is_none_or(is_list) {
        let problem = cluster.missing("spec.etcdClusters", "the cluster has no etcd clusters");
        return vec![problem.help("list 'main' and 'events', each with its members")];
    }
    let named = items.iter().filter_map(unknown_name);
    limited(named.chain(twice(&items)).chain(shared_backups(&items)))
}

fn unknown_name(item: &Field<'_>) -> Option<Problem> {
    let field = item.field("name");
    let known = || format!("name it one of {}", NAMES.join(", "));
    if !is_set(field) {
        let problem = field.unwrap_or(*item).problem("the etcd cluster has no name");
        return Some(problem.help(known()));
    }
    let (field, name) = (field?, field?.text()?);
    let is_known = NAMES.contains(&name);
    let problem = || field.problem(format!("kops builds no etcd cluster '{name}'")).help(known());
    (!is_known).then(problem)
}

fn twice(items: &[Field<'_>]) -> Vec<Problem> {
    limited(repeated(items, "name").map(|(field, name)| {
        field.problem(format!("there is another etcd cluster '{name}' above"))
    }))
}

fn shared_backups(items: &[Field<'_>]) -> Vec<Problem> {
    limited(repeated(items, "backups.backupStore").map(|(field, store)| {
        let message = format!("another etcd cluster keeps its backups in '{store}', too");
        let problem = field.problem(message).severity(Severity::Warning);
        problem.help("give each etcd cluster a place of its own")
    }))
}

/// The fields whose text occurred before.
pub(super) fn repeated<'a>(
    items: &[Field<'a>],
    path: &str,
) -> impl Iterator<Item = (Field<'a>, &'a str)> {
    let mut seen = BTreeSet::new();
    let fields = items.iter().filter_map(move |item| item.field(path));
    let texts = fields.filter_map(|field| Some((field, field.text()?)));
    let found = texts.filter(move |(_, text)| !text.is_empty() && !seen.insert(*text));
    found.collect::<Vec<_>>().into_iter()
}
