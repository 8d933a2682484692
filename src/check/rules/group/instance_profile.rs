//! `instance-profile`: a profile of IAM of one's own.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::arn::Arn;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "instance-profile",
    summary: "an instance profile that is no ARN of one",
    explanation: "\
spec.iam.profile names an instance profile by its ARN, such as \
arn:aws:iam::123456789012:instance-profile/nodes. kops refuses a bare name, and the ARN of a role.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(field) = group.field("spec.iam.profile") else { return Vec::new() };
    let Some(text) = field.text() else { return Vec::new() };
    if Arn::read(text).is_some_and(|arn| arn.resource.starts_with("instance-profile/")) {
        return Vec::new();
    }
    let problem = field.problem(format!("'{text}' is no ARN of an instance profile"));
    vec![problem.help("write arn:aws:iam::ACCOUNT:instance-profile/NAME")]
}
