//! `iam-policies`: additional and external policies are policies of AWS, by role.

use super::{Check, Field, Object, Problem, Rule};
use crate::model::Severity;
use serde_json::Value;

pub(super) static RULE: Rule = Rule {
    id: "iam-policies",
    summary: "a policy for the machines is none that AWS would take",
    explanation: "\
spec.additionalPolicies holds, by role of instance groups, a JSON list of statements, each with the \
Effect Allow or Deny. spec.externalPolicies holds, by role, addresses of policies such as \
arn:aws:iam::123456789012:policy/name. The roles are master (or control-plane), node, bastion and \
apiserver, in small letters.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

const ROLES: &[&str] = &[
    "master",
    "control-plane",
    "node",
    "bastion",
    "apiserver",
    "etcd",
    "scheduler",
    "kubecontrollermanager",
];

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let own = by_role(cluster, "spec.additionalPolicies");
    let external = by_role(cluster, "spec.externalPolicies");
    let roles = own.iter().chain(&external).filter_map(|(role, field)| unknown(role, *field));
    let statements = own.iter().filter_map(|(_, field)| statements(*field));
    let addresses = external.iter().flat_map(|(_, field)| field.items());
    roles.chain(statements).chain(addresses.filter_map(address)).collect()
}

fn by_role<'a>(cluster: &'a Object<'_>, path: &str) -> Vec<(&'a str, Field<'a>)> {
    cluster.field(path).into_iter().flat_map(|field| field.entries()).collect()
}

fn unknown(role: &str, field: Field<'_>) -> Option<Problem> {
    if ROLES.contains(&role) {
        return None;
    }
    let problem = field.key_problem(format!("kops knows no role '{role}'"));
    Some(problem.help(format!("write one of {}", ROLES.join(", "))))
}

fn statements(field: Field<'_>) -> Option<Problem> {
    let text = field.text().or(field.value.is_null().then_some(""))?;
    let statements = match serde_json::from_str(text) {
        Ok(Value::Array(statements)) => statements,
        Ok(Value::Null) => Vec::new(),
        _ => return Some(field.problem("the policy is no JSON list of statements")),
    };
    let wrong = statements.iter().position(|statement| !has_effect(statement))?;
    let message = format!("statement {} of the policy has no Effect that AWS knows", wrong + 1);
    Some(field.problem(message).help("write \"Effect\": \"Allow\" or \"Deny\""))
}

/// Whether it allows or denies; kops does not mind how the key is spelt, only the value.
fn has_effect(statement: &Value) -> bool {
    let fields = statement.as_object().into_iter().flatten();
    let effects = fields.filter(|(key, _)| key.eq_ignore_ascii_case("effect"));
    effects.last().is_some_and(|(_, value)| matches!(value.as_str(), Some("Allow" | "Deny")))
}

fn address(field: Field<'_>) -> Option<Problem> {
    let text = field.text().or(field.value.is_null().then_some(""))?;
    let problem = || {
        let problem = field.problem(format!("'{text}' is no address of a policy"));
        problem.help("write one such as arn:aws:iam::123456789012:policy/name")
    };
    (!super::resource(text).is_some_and(|rest| rest.starts_with("policy/"))).then(problem)
}
