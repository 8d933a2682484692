//! `subnet-overlap`: no address belongs to two subnets.

use super::ranges::subnets;
use super::{Check, Problem, Rule};
use crate::check::cidr::Cidr;
use crate::check::object::{Field, Object};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "subnet-overlap",
    summary: "two subnets overlap",
    explanation: "\
kops lets subnets overlap, but no cloud does: the update fails when it makes the second one.",
    severity: Severity::Warning,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let subnets = subnets(cluster);
    let mut problems = overlaps(&subnets, "cidr");
    problems.extend(overlaps(&subnets, "ipv6CIDR"));
    problems
}

/// Ranges lie beside or within each other. Sorted, one that lies in another follows it with only
/// such ranges in between, so that no pair has to be looked for.
fn overlaps<'a>(subnets: &[Field<'a>], name: &str) -> Vec<Problem> {
    let read = |subnet: &Field<'a>| {
        let field = subnet.filled(name)?;
        Some((Cidr::around(field.text()?)?, field))
    };
    let mut ranges: Vec<(Cidr, Field<'_>)> = subnets.iter().filter_map(read).collect();
    ranges.sort_by_key(|(range, _)| *range);
    let mut around: Option<Cidr> = None;
    let mut problems = Vec::new();
    for (range, field) in ranges {
        match around.filter(|around| around.holds(range)) {
            Some(other) => problems.push(problem(&field, range, other)),
            None => around = Some(range),
        }
    }
    problems
}

fn problem(field: &Field<'_>, range: Cidr, other: Cidr) -> Problem {
    let message = format!("'{range}' overlaps another subnet's '{other}'");
    field.problem(message).help("give each subnet a range of its own")
}
