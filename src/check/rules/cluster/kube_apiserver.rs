//! `kube-apiserver`: settings of the API server that must fit together.

use super::{Check, Cloud, Field, Object, Problem, Rule, cloud, is_set, last_name, limited, set};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "kube-apiserver",
    summary: "settings of the API server do not fit together",
    explanation: "\
kops refuses settings of spec.kubeAPIServer with which the server would not start: one of \
proxyClientCertFile and proxyClientKeyFile without the other, a serviceNodePortRange that is none, a \
Webhook without its file, an audit webhook without an audit policy in the same directory, and \
authenticationConfigFile beside settings of OIDC. On AWS authorizationMode must hold Node and RBAC. \
A requiredClaim of OIDC without '=' crashes every kops command that reads the cluster.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(server) = cluster.field("spec.kubeAPIServer") else { return Vec::new() };
    let single = [
        half_of_a_pair(server),
        server.field("serviceNodePortRange").and_then(no_ports),
        no_webhook_file(server),
        audit_webhook(server),
        two_authentications(server),
    ];
    let modes = server.field("authorizationMode").map(|field| modes(field, cluster));
    let claims = server.fields("oidcRequiredClaim[]").into_iter().filter_map(no_claim);
    limited(single.into_iter().flatten().chain(modes.unwrap_or_default()).chain(claims))
}

fn half_of_a_pair(server: Field<'_>) -> Option<Problem> {
    let pair = ["proxyClientCertFile", "proxyClientKeyFile"];
    let (there, other) = match pair.map(|name| server.field(name)) {
        [Some(there), None] => (there, pair[1]),
        [None, Some(there)] => (there, pair[0]),
        _ => return None,
    };
    Some(there.key_problem(format!("'{}' needs '{other}' beside it", last_name(&there))))
}

/// kops reads `30000-32767`, `30000+100` and `30000`.
fn no_ports(field: Field<'_>) -> Option<Problem> {
    let text = field.text().map(str::trim).filter(|text| !text.is_empty())?;
    let number = |text: &str| text.parse::<i64>().ok();
    let range = match (text.split_once('-'), text.split_once('+')) {
        (Some((first, last)), _) => number(first).zip(number(last)),
        (None, Some((first, more))) => {
            number(first).zip(number(more)).map(|(first, more)| (first, first.saturating_add(more)))
        }
        (None, None) => number(text).map(|port| (port, port)),
    };
    let is_range = range.is_some_and(|(first, last)| 0 <= first && first <= last && last <= 65535);
    let problem =
        || field.problem(format!("'{text}' is no range of ports")).help("write 30000-32767");
    (!is_range).then(problem)
}

fn no_webhook_file(server: Field<'_>) -> Option<Problem> {
    let mode = server.field("authorizationMode")?;
    let needs_file = mode.text()?.contains("Webhook");
    let is_missing = server.field("authorizationWebhookConfigFile").is_none();
    let problem = || mode.problem("'Webhook' needs 'authorizationWebhookConfigFile'");
    (needs_file && is_missing).then(problem)
}

/// What kops refuses about a list of modes; it looks only at clusters with RBAC, which is the
/// default.
fn modes(field: Field<'_>, cluster: &Object<'_>) -> Vec<Problem> {
    const MODES: &[&str] = &["ABAC", "Webhook", "Node", "RBAC", "AlwaysAllow", "AlwaysDeny"];
    let Some(text) = field.text() else { return Vec::new() };
    let is_set = |path| cluster.field(path).is_some();
    if is_set("spec.authorization.alwaysAllow") && !is_set("spec.authorization.rbac") {
        return Vec::new();
    }
    let listed: Vec<&str> = text.split(',').collect();
    let unknown = listed.iter().find(|mode| !MODES.contains(mode));
    let unknown = unknown.map(|mode| {
        let problem = field.problem(format!("Kubernetes has no authorization mode '{mode}'"));
        problem.help(format!("list some of {}, with ',' between them", MODES.join(", ")))
    });
    let is_short = !(listed.contains(&"Node") && listed.contains(&"RBAC"));
    let is_short = is_short && cloud(cluster) == Some(Cloud::Aws);
    let short = is_short.then(|| {
        field.problem(format!("'{text}' is too little: on AWS it holds 'Node' and 'RBAC'"))
    });
    unknown.into_iter().chain(short).collect()
}

fn audit_webhook(server: Field<'_>) -> Option<Problem> {
    let webhook = set(server.field("auditWebhookConfigFile"))?;
    let policy = server.field("auditPolicyFile");
    if !is_set(policy) {
        return Some(webhook.key_problem("an audit webhook needs 'auditPolicyFile' beside it"));
    }
    let is_apart = directory(webhook.text()?) != directory(policy?.text()?);
    is_apart.then(|| webhook.problem("the file must lie in the directory of 'auditPolicyFile'"))
}

/// Whether a path begins at the root, and the folders on the way to its file.
fn directory(path: &str) -> (bool, Vec<&str>) {
    let parts = path.rsplit_once('/').map_or("", |(directory, _)| directory).split('/');
    let parts = parts.filter(|part| !part.is_empty() && *part != ".");
    (path.starts_with('/'), parts.collect())
}

fn two_authentications(server: Field<'_>) -> Option<Problem> {
    const OIDC: &[&str] = &[
        "oidcClientID",
        "oidcGroupsClaim",
        "oidcGroupsPrefix",
        "oidcIssuerURL",
        "oidcRequiredClaim",
        "oidcUsernameClaim",
        "oidcUsernamePrefix",
    ];
    let file = set(server.field("authenticationConfigFile"))?;
    let beside = OIDC.iter().find(|name| server.field(name).is_some())?;
    Some(file.key_problem(format!("'authenticationConfigFile' cannot stand beside '{beside}'")))
}

fn no_claim(field: Field<'_>) -> Option<Problem> {
    let text = field.text().filter(|text| !text.contains('='))?;
    let problem = field.problem(format!("'{text}' has no '=', and kops crashes when it reads it"));
    Some(problem.help("write claim=value"))
}
