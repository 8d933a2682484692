//! `iam-policies`: additional and external policies are policies of AWS, by role.

use super::{Check, Field, Object, Problem, Rule, limited};
use crate::check::arn::Arn;
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
    limited(roles.chain(statements).chain(addresses.filter_map(address)))
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
    let mut wrong = statements.iter().enumerate().filter_map(|(place, statement)| {
        Some(format!("statement {} of the policy {}", place + 1, refused(statement)?))
    });
    Some(field.problem(wrong.next()?))
}

/// Why kops refuses a statement. It does not mind how keys are spelt.
fn refused(statement: &Value) -> Option<&'static str> {
    let Some(fields) = statement.as_object() else { return Some("is none") };
    let of = |name: &str| {
        let mut named = fields.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        named.next_back().map(|(_, value)| value)
    };
    let is_known = matches!(of("effect").and_then(Value::as_str), Some("Allow" | "Deny"));
    let lists = ["action", "resource"];
    let is_odd = lists.into_iter().filter_map(of).any(|value| !is_text_or_texts(value));
    match () {
        () if !is_known => Some("has no \"Effect\": \"Allow\" or \"Deny\""),
        () if is_odd => {
            Some("has an Action or a Resource that is neither text nor a list of texts")
        }
        () => None,
    }
}

fn is_text_or_texts(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_string),
        _ => value.is_string() || value.is_null(),
    }
}

fn address(field: Field<'_>) -> Option<Problem> {
    let text = field.text().or(field.value.is_null().then_some(""))?;
    let problem = || {
        let problem = field.problem(format!("'{text}' is no address of a policy"));
        problem.help("write one such as arn:aws:iam::123456789012:policy/name")
    };
    let is_policy = Arn::read(text).is_some_and(|arn| arn.resource.starts_with("policy/"));
    (!is_policy).then(problem)
}
