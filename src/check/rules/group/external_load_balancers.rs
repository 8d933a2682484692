//! `external-load-balancers`: load balancers that others have made.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::arn::Arn;
use crate::check::object::Field;
use crate::model::Severity;

/// The longest name that Amazon gives.
const LONGEST: usize = 32;

pub(super) static RULE: Rule = Rule {
    id: "external-load-balancers",
    summary: "an external load balancer that is named badly",
    explanation: "\
An item of externalLoadBalancers has either a loadBalancerName or a targetGroupArn such as \
arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID; names have at most 32 characters. \
kops refuses both together and overlooks an item with neither, which does nothing.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(list) = group.field("spec.externalLoadBalancers") else { return Vec::new() };
    list.items().iter().flat_map(look).collect()
}

fn look(item: &Field<'_>) -> Vec<Problem> {
    let (name, target) = (item.field("loadBalancerName"), item.field("targetGroupArn"));
    let choice = match (name, target) {
        (Some(_), Some(_)) => {
            Some(item.key_problem("the item has both loadBalancerName and targetGroupArn"))
        }
        (None, None) => {
            Some(item.key_problem("the item names no load balancer").severity(Severity::Warning))
        }
        _ => None,
    };
    let choice =
        choice.map(|problem| problem.help("write one of loadBalancerName, targetGroupArn"));
    let long = name.filter(|field| field.text().is_some_and(|text| text.len() > LONGEST));
    let long = long.map(|field| {
        let message = format!("loadBalancerName has more than {LONGEST} characters");
        field.problem(message).help("write the name that the load balancer has")
    });
    choice.into_iter().chain(long).chain(target.and_then(|field| arn(&field))).collect()
}

fn arn(field: &Field<'_>) -> Option<Problem> {
    let text = field.text()?;
    let arn = Arn::read(text);
    let parts: Vec<&str> = arn.map(|arn| arn.resource.split('/').collect()).unwrap_or_default();
    let message = match parts.as_slice() {
        ["targetgroup", name, _] if name.len() <= LONGEST => return None,
        ["targetgroup", _, _] => {
            format!("the name of the target group has more than {LONGEST} characters")
        }
        _ => format!("'{text}' is no ARN of a target group"),
    };
    let help = "write arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID";
    Some(field.problem(message).help(help))
}
