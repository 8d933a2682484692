//! `api-load-balancer`: the load balancer before the API server.

use super::ranges::subnets;
use super::{Check, Problem, Rule};
use crate::check::object::{Cloud, Field, Object, cloud};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "api-load-balancer",
    summary: "the load balancer of the API is not possible like this",
    explanation: "\
An Internal load balancer needs a Private subnet. All settings besides type, subnets and \
useForInternalApi are for AWS. There, class is Network or missing: kops gave up Classic with \
version 1.37. sslCertificate, topology.dns.type None and sslPolicy need class Network, sslPolicy \
a certificate as well; an internal one cannot be used for the internal API. kops refuses anything \
else.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

/// Settings that only AWS has.
const AWS_ONLY: &[&str] = &[
    "accessLog",
    "additionalSecurityGroups",
    "class",
    "crossZoneLoadBalancing",
    "securityGroupOverride",
    "sslCertificate",
    "sslPolicy",
];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(balancer) = cluster.field("spec.api.loadBalancer") else { return Vec::new() };
    let mut problems: Vec<Problem> = without_subnet(cluster, &balancer).into_iter().collect();
    match cloud(cluster) {
        Some(Cloud::Aws) => {
            let is_network = balancer.text_at("class") == Some("Network");
            problems.extend(of_class(cluster, &balancer, is_network));
            problems.extend(of_certificate(&balancer, is_network));
            problems.extend(of_internal_use(&balancer, is_network));
        }
        Some(cloud) => problems.extend(foreign(&balancer, cloud)),
        None => {}
    }
    problems
}

fn without_subnet(cluster: &Object<'_>, balancer: &Field<'_>) -> Option<Problem> {
    let is_private = |subnet: &Field<'_>| subnet.text_at("type") == Some("Private");
    let message = "an Internal load balancer needs a subnet of type Private";
    let problem = || balancer.missing("type", message).help("add one, or write 'Public'");
    let is_internal = balancer.text_at("type") == Some("Internal");
    (is_internal && !subnets(cluster).iter().any(is_private)).then(problem)
}

fn foreign(balancer: &Field<'_>, cloud: Cloud) -> Vec<Problem> {
    // An empty text is nothing to kops in these two, but a value in the others.
    let is_there = |name: &&&str| match **name {
        "class" | "sslCertificate" => balancer.filled(name).is_some(),
        _ => balancer.field(name).is_some(),
    };
    let problem = |name: &&str| {
        let problem = balancer.missing(name, format!("{cloud} takes no {name}, only AWS does"));
        problem.help("remove it")
    };
    AWS_ONLY.iter().filter(is_there).map(problem).collect()
}

fn of_class(cluster: &Object<'_>, balancer: &Field<'_>, is_network: bool) -> Option<Problem> {
    let class = balancer.text_at("class")?;
    let has_no_dns = cluster.text("spec.topology.dns.type") == Some("None");
    let message = match class {
        "Classic" => "kops has no Classic load balancers any more".to_owned(),
        "" if has_no_dns => "without DNS, the load balancer needs class Network".to_owned(),
        "" => return None,
        _ => format!("'{class}' is no class of a load balancer"),
    };
    (!is_network).then(|| balancer.missing("class", message).help("write 'class: Network'"))
}

fn of_certificate(balancer: &Field<'_>, is_network: bool) -> Option<Problem> {
    let has_certificate = balancer.filled("sslCertificate").is_some();
    let name = match balancer.field("sslPolicy") {
        Some(policy) if !has_certificate => {
            let problem = policy.key_problem("sslPolicy needs an sslCertificate");
            return Some(problem.help("write the certificate's ARN, or remove the policy"));
        }
        Some(_) => "sslPolicy",
        None if has_certificate => "sslCertificate",
        None => return None,
    };
    let problem =
        || balancer.missing(name, format!("{name} needs a load balancer of class Network"));
    (!is_network).then(|| problem().help("write 'class: Network'"))
}

fn of_internal_use(balancer: &Field<'_>, is_network: bool) -> Option<Problem> {
    let is_internal = is_network && balancer.text_at("type") == Some("Internal");
    let message = "useForInternalApi does not work with an internal load balancer of class Network";
    let problem = || balancer.missing("useForInternalApi", message).help("remove the line");
    (is_internal && balancer.is_true("useForInternalApi")).then(problem)
}
