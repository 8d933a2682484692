//! `subnets`: a cluster has subnets, each with a name of its own.

use super::ranges::subnets;
use super::{Check, Problem, Rule, limited};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;
use crate::yaml::Data;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "subnets",
    summary: "subnets are missing, or lack a name or an id",
    explanation: "\
Every cloud but DigitalOcean, Hetzner and Linode needs at least one subnet. Each needs a name of \
its own, for instance groups name their subnets. Either all subnets have an id, because they \
exist already, or none: kops refuses anything else. On AWS a subnet that exists already lies in \
a network that exists already, which networkID names; kops notices that only on an update.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let subnets = subnets(cluster);
    let mut problems: Vec<Problem> = none(cluster).into_iter().collect();
    problems.extend(names(&subnets));
    problems.extend(mixed_ids(&subnets));
    problems.extend(without_network(cluster, &subnets));
    problems
}

fn none(cluster: &Object<'_>) -> Option<Problem> {
    let needs_none = [Cloud::DigitalOcean, Cloud::Hetzner, Cloud::Linode];
    let cloud = cloud(cluster).filter(|cloud| !needs_none.contains(cloud))?;
    let field = cluster.field("spec.subnets");
    let is_empty = field
        .is_none_or(|field| matches!(&field.value.data, Data::List(items) if items.is_empty()));
    let problem = || cluster.missing("spec.subnets", "the cluster has no subnets");
    is_empty.then(|| problem().help(format!("write at least one; {cloud} needs it")))
}

fn names<'a>(subnets: &[Field<'a>]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let of_subnet = |subnet: &Field<'a>| match subnet.text_at("name")? {
        "" => {
            let problem = subnet.missing("name", "the subnet has no name");
            Some(problem.help("write one, such as that of its zone"))
        }
        name if seen.insert(name) => None,
        name => {
            let problem =
                subnet.missing("name", format!("another subnet has the name '{name}', too"));
            Some(problem.help("give each subnet a name of its own"))
        }
    };
    limited(subnets.iter().filter_map(of_subnet))
}

fn mixed_ids(subnets: &[Field<'_>]) -> Vec<Problem> {
    let has_id = |subnet: &Field<'_>| subnet.filled("id").is_some();
    let Some(first) = subnets.first().map(has_id) else { return Vec::new() };
    let message = match first {
        true => "the subnet has no id, but the first one has",
        false => "the subnet has an id, but the first one has none",
    };
    let problem = |subnet: &Field<'_>| {
        subnet.missing("id", message).help("write ids for all subnets or for none")
    };
    limited(subnets.iter().filter(|subnet| has_id(subnet) != first).map(problem))
}

fn without_network(cluster: &Object<'_>, subnets: &[Field<'_>]) -> Option<Problem> {
    let ids: Option<Vec<Field<'_>>> = subnets.iter().map(|subnet| subnet.filled("id")).collect();
    let id = ids?.into_iter().next()?;
    let is_alone = cloud(cluster) == Some(Cloud::Aws) && cluster.filled("spec.networkID").is_none();
    let message =
        format!("subnet '{}' exists already, but the cluster has no networkID", id.text()?);
    let problem = id.problem(message).severity(Severity::Warning);
    is_alone.then(|| problem.help("write the id of its network, such as 'networkID: vpc-0123'"))
}
