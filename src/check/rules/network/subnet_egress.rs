//! `subnet-egress`: how a subnet reaches the outside.

use super::ranges::subnets;
use super::{Check, Problem, Rule, limited};
use crate::check::object::{Field, Object};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "subnet-egress",
    summary: "a subnet's egress is unknown, or does not suit its type",
    explanation: "\
egress is the id of what a subnet reaches the outside through: nat-…, eipalloc-…, i-… or tgw-…. It \
is for Private and DualStack subnets, and for Public ones with an ipv6CIDR. Any subnet can have \
External, when somebody else takes care of its routes. kops refuses anything else.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    limited(subnets(cluster).iter().filter_map(of_subnet))
}

fn of_subnet(subnet: &Field<'_>) -> Option<Problem> {
    let field = subnet.filled("egress")?;
    let text = field.text()?;
    let kind = text.split('-').next().unwrap_or_default();
    let is = subnet.text_at("type")?;
    let has_egress = matches!(is, "Private" | "DualStack")
        || (is == "Public" && subnet.filled("ipv6CIDR").is_some());
    if !matches!(kind, "nat" | "eipalloc" | "i" | "tgw" | "External") {
        let help = "write the id of a gateway, address or instance, such as nat-0123, or External";
        return Some(field.problem(format!("'{text}' is no egress")).help(help));
    }
    if !has_egress && text != "External" {
        let problem = field.key_problem(format!("a subnet of type '{is}' has no egress"));
        return Some(problem.help("remove the line, or make the subnet Private"));
    }
    let problem = || field.problem(format!("'{text}' is no whole id")).severity(Severity::Warning);
    (text == kind && kind != "External")
        .then(|| problem().help("write all of it, such as nat-0123"))
}
