//! `aws-settings`: settings of machines and accounts on AWS.

use super::{Check, Cloud, Field, Object, Problem, Rule, Scope, cloud, limited};
use crate::check::arn::Arn;
use crate::check::object::Kind;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "aws-settings",
    summary: "a setting for AWS is refused by kops",
    explanation: "\
The driver for EBS volumes cannot be switched off (a cluster that brings its own sets managed: \
false). The instanceMetadata of groups has httpTokens optional or required and an \
httpPutResponseHopLimit from 1 to 64, which kops checks when it talks to AWS. The identityMappings \
of spec.authentication.aws map roles and users of IAM, and need backendMode CRD.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, scope: &Scope<'_>) -> Vec<Problem> {
    if scope.cluster.and_then(cloud).is_some_and(|cloud| cloud != Cloud::Aws) {
        return Vec::new();
    }
    if object.kind == Kind::InstanceGroup {
        return [tokens(object), hops(object)].into_iter().flatten().collect();
    }
    let mappings = object.field("spec.authentication.aws.identityMappings");
    let mappings = mappings.map(|field| field.items()).unwrap_or_default();
    let backend = mappings.first().and_then(|_| backend(object));
    let strangers = mappings.iter().filter_map(stranger);
    limited(driver(object).into_iter().chain(backend).chain(strangers))
}

fn driver(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.field("spec.cloudConfig.awsEBSCSIDriver.enabled")?;
    let is_off = field.boolean() == Some(false);
    is_off.then(|| field.problem("the driver for EBS volumes cannot be switched off"))
}

fn backend(cluster: &Object<'_>) -> Option<Problem> {
    let aws = cluster.field("spec.authentication.aws")?;
    let field = aws.field("backendMode");
    let is_other = field.map_or(Some(""), |field| field.text())? != "CRD";
    let problem = || field.unwrap_or(aws).key_problem("'identityMappings' need 'backendMode: CRD'");
    is_other.then(problem)
}

fn stranger(mapping: &Field<'_>) -> Option<Problem> {
    let field = mapping.field("arn");
    let text = field.map_or(Some(""), |field| field.text())?;
    let kinds = ["role/", "user/"];
    let is_known =
        Arn::read(text).is_some_and(|arn| kinds.iter().any(|kind| arn.resource.starts_with(kind)));
    let place = field.unwrap_or(*mapping);
    let problem = || place.problem(format!("'{text}' is no role or user of IAM"));
    let help = "write one such as arn:aws:iam::123456789012:role/name";
    (!is_known).then(|| problem().help(help))
}

fn tokens(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.instanceMetadata.httpTokens")?;
    let text = field.text().filter(|text| !["optional", "required"].contains(text))?;
    let problem = field.problem(format!("'{text}' is no value of 'httpTokens'"));
    Some(problem.help("write 'optional' or 'required'"))
}

fn hops(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.instanceMetadata.httpPutResponseHopLimit")?;
    let hops = field.integer()?;
    let message = format!("'{hops}' is no limit of hops; write 1 to 64");
    (!(1..=64).contains(&hops)).then(|| field.problem(message))
}
