//! `security-group`: security groups are named by their ids.

use super::{Check, Problem, Rule, limited};
use crate::check::object::{Cloud, Field, Kind, Object, Scope, cloud};
use crate::model::Severity;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "security-group",
    summary: "a security group is not named by its id, or twice",
    explanation: "\
On AWS, securityGroupOverride and additionalSecurityGroups hold the ids of security groups, sg-…, \
each once. kops refuses anything else: for the API's load balancer always, for an instance group \
as soon as it talks to AWS.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, scope: &Scope<'_>) -> Vec<Problem> {
    let place = if object.kind == Kind::Cluster { "spec.api.loadBalancer" } else { "spec" };
    match object.field(place) {
        Some(place) if scope.cluster.and_then(cloud) == Some(Cloud::Aws) => of_place(&place),
        _ => Vec::new(),
    }
}

fn of_place<'a>(place: &Field<'a>) -> Vec<Problem> {
    let own = place.field("securityGroupOverride").and_then(|field| of_id(&field));
    let mut seen = BTreeSet::new();
    let of_item = |item: Field<'a>| match item.text_or_empty()? {
        text if !seen.insert(text) => {
            let problem = item.problem(format!("'{text}' is written twice"));
            Some(problem.help("remove one of the two"))
        }
        _ => of_id(&item),
    };
    let more = place.field("additionalSecurityGroups").map(|list| list.items());
    limited(own.into_iter().chain(more.unwrap_or_default().into_iter().filter_map(of_item)))
}

fn of_id(field: &Field<'_>) -> Option<Problem> {
    let text = field.text_or_empty().filter(|text| !text.starts_with("sg-"))?;
    let message = match text.trim() {
        "" => "the security group has no id".to_owned(),
        _ => format!("'{text}' is no id of a security group"),
    };
    Some(field.problem(message).help("write an id such as sg-0123abcd"))
}
