//! `group-subnets`: the subnets of a group are the cluster's.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::Field;
use crate::model::Severity;
use crate::yaml::Data;
use std::collections::BTreeSet;

/// The most names that a message lists.
const MOST: usize = 12;

pub(super) static RULE: Rule = Rule {
    id: "group-subnets",
    summary: "an instance group in a subnet that the cluster does not have",
    explanation: "\
spec.subnets of a group names subnets of the cluster (spec.subnets[].name), spelt exactly so; kops \
refuses any other name. It overlooks a name that is there twice. A group that names none gets all \
subnets of the cluster, also those that are added later.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Scope(check),
};

fn check<'a>(scope: &Scope<'a>) -> Vec<(&'a Object<'a>, Problem)> {
    let Some(cluster) = scope.cluster else { return Vec::new() };
    let subnets = cluster.field("spec.subnets");
    if subnets.is_some_and(|field| !matches!(field.value.data, Data::List(_))) {
        return Vec::new();
    }
    let subnets = subnets.map(|field| field.items()).unwrap_or_default();
    let names: BTreeSet<&str> =
        subnets.iter().filter_map(|subnet| text(subnet.field("name"))).collect();
    let look = |group: &&'a Object<'a>| {
        let group = *group;
        problems(group, &names).into_iter().map(move |problem| (group, problem))
    };
    scope.groups.iter().flat_map(look).collect()
}

/// The text, empty if there is none; `None` for anything else.
fn text(field: Option<Field<'_>>) -> Option<&str> {
    field.filter(|field| !field.value.is_null()).map_or(Some(""), |field| field.text())
}

fn problems(group: &Object<'_>, names: &BTreeSet<&str>) -> Vec<Problem> {
    let items = group.field("spec.subnets").map(|field| field.items()).unwrap_or_default();
    if items.is_empty() {
        return none(group, names);
    }
    let mut seen = BTreeSet::new();
    let named = items.into_iter().filter_map(|item| Some((item, text(Some(item))?)));
    let look = named.filter_map(|(item, name)| item_fault(&item, name, names, seen.insert(name)));
    look.collect()
}

fn item_fault(
    item: &Field<'_>,
    name: &str,
    names: &BTreeSet<&str>,
    is_new: bool,
) -> Option<Problem> {
    if !names.contains(name) {
        let problem = item.problem(format!("the cluster has no subnet '{name}'"));
        return Some(problem.help(help(names)));
    }
    let problem = || item.problem(format!("the subnet '{name}' is named twice"));
    (!is_new).then(|| problem().severity(Severity::Warning).help("remove one of the two"))
}

fn none(group: &Object<'_>, names: &BTreeSet<&str>) -> Vec<Problem> {
    let is_list = |field: Field<'_>| matches!(field.value.data, Data::List(_));
    if names.is_empty() || !group.field("spec.subnets").is_none_or(is_list) {
        return Vec::new();
    }
    let message = "the group names no subnet, so kops takes all of the cluster";
    let problem = group.missing("spec.subnets", message).severity(Severity::Warning);
    vec![problem.help(help(names))]
}

fn help(names: &BTreeSet<&str>) -> String {
    let more = if names.len() > MOST { " and more" } else { "" };
    let names: Vec<&str> = names.iter().copied().take(MOST).collect();
    format!("the cluster has: {}{more}", names.join(", "))
}
