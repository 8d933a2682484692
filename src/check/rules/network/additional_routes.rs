//! `additional-routes`: routes that a subnet has besides its own.

use super::ranges::{Ranges, range, subnets};
use super::{Check, Problem, Rule, limited};
use crate::check::cidr::Cidr;
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "additional-routes",
    summary: "a subnet's additionalRoutes lead nowhere, or are not possible",
    explanation: "\
additionalRoutes are for Private subnets without an id, on AWS. Each has a range of addresses, \
used once, and a target: pcx-…, i-…, nat-…, tgw-…, igw-… or eigw-…. A route to a part of the \
cluster's own network can only lead to an instance, i-…. kops refuses anything else on AWS, and \
overlooks the routes on other clouds.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const TARGETS: &[&str] = &["pcx-", "i-", "nat-", "tgw-", "igw-", "eigw-"];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(cloud) = cloud(cluster) else { return Vec::new() };
    let networks = Ranges::of(cluster).network;
    let of_subnet = |subnet: &Field<'_>| {
        let Some(routes) = subnet.field("additionalRoutes") else { return Vec::new() };
        match cloud {
            Cloud::Aws => {
                let mut problems: Vec<Problem> = misplaced(subnet, &routes).into_iter().collect();
                problems.extend(of_routes(&routes, &networks));
                problems
            }
            _ => {
                let problem = routes.key_problem(format!("{cloud} takes no additionalRoutes"));
                vec![problem.help("remove them: kops overlooks them").severity(Severity::Warning)]
            }
        }
    };
    limited(subnets(cluster).iter().flat_map(of_subnet))
}

fn misplaced(subnet: &Field<'_>, routes: &Field<'_>) -> Option<Problem> {
    let message = match (subnet.filled("id"), subnet.text_at("type")?) {
        (Some(_), _) => "a subnet with an id keeps the routes that it has",
        (None, "Private") => return None,
        (None, _) => "additionalRoutes are for Private subnets",
    };
    Some(routes.key_problem(message).help("remove them"))
}

fn of_routes(routes: &Field<'_>, networks: &[Cidr]) -> Vec<Problem> {
    let mut taken: BTreeSet<Cidr> = networks.iter().copied().collect();
    let of_route = |route: &Field<'_>| {
        let cidr = route.field("cidr").unwrap_or(*route);
        let range = match route.text_at("cidr")? {
            "" => {
                let problem = route.missing("cidr", "the route has no cidr");
                return Some(problem.help("write the range that it leads to"));
            }
            _ => range(&cidr)?,
        };
        match range {
            Err(problem) => Some(problem),
            Ok(range) if !taken.insert(range) => {
                let problem = cidr.problem(format!("another route leads to '{range}' already"));
                Some(problem.help("write each range once"))
            }
            Ok(range) => of_target(route, range, networks),
        }
    };
    limited(routes.items().iter().filter_map(of_route))
}

fn of_target(route: &Field<'_>, range: Cidr, networks: &[Cidr]) -> Option<Problem> {
    let target = route.text_at("target")?;
    if !TARGETS.iter().any(|prefix| target.starts_with(prefix)) {
        let problem = route.missing("target", format!("'{target}' is no target of a route"));
        return Some(problem.help("write the id of one, such as pcx-0123 or tgw-0123"));
    }
    let network = networks.iter().find(|network| network.holds(range))?;
    let message = format!("'{range}' is a part of the network '{network}', '{target}' no instance");
    let problem = || route.missing("target", message).help("write the id of an instance, i-…");
    (!target.starts_with("i-")).then(problem)
}
