//! `service-account-permissions`: what service accounts may do on AWS.

use super::{Check, Field, Object, Problem, Rule, is_set, last_name, limited};
use crate::model::Severity;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "service-account-permissions",
    summary: "permissions of service accounts are incomplete, or needed and not used",
    explanation: "\
Each of spec.iam.serviceAccountExternalPermissions names a service account by namespace and name, \
once, and gives it either policyARNs or an inlinePolicy. Karpenter, and certManager with \
hostedZoneIDs, need spec.iam.useServiceAccountExternalPermissions: true; without spec.iam kops \
crashes on them. spec.iam.legacy must be false: the permissions of old are gone.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let legacy = cluster.field("spec.iam.legacy").filter(|field| field.boolean() == Some(true));
    let legacy = legacy.map(|field| {
        let problem = field.problem("the permissions of old are gone from kops");
        problem.help("write 'legacy: false'").fix("false", false)
    });
    let accounts = cluster.field("spec.iam.serviceAccountExternalPermissions");
    let accounts = accounts.map(|field| field.items()).unwrap_or_default();
    let incomplete = accounts.iter().flat_map(incomplete);
    limited(legacy.into_iter().chain(incomplete).chain(twice(&accounts)).chain(unused(cluster)))
}

fn incomplete(account: &Field<'_>) -> Vec<Problem> {
    let missing = ["namespace", "name"].into_iter().filter(|name| !is_set(account.field(name)));
    let missing = missing.map(|name| {
        let place = account.field(name).unwrap_or(*account);
        place.problem(format!("the service account has no '{name}'"))
    });
    missing.chain(policies(account)).collect()
}

fn policies(account: &Field<'_>) -> Option<Problem> {
    let Some(aws) = account.field("aws") else {
        return Some(account.problem("the service account gets no permissions: 'aws' is missing"));
    };
    let has_list = aws.field("policyARNs").is_some_and(|field| !field.items().is_empty());
    let has_inline = is_set(aws.field("inlinePolicy"));
    match (has_list, has_inline) {
        (true, true) => {
            Some(aws.key_problem("the service account has both 'policyARNs' and 'inlinePolicy'"))
        }
        (false, false) => {
            Some(aws.key_problem("the service account has neither 'policyARNs' nor 'inlinePolicy'"))
        }
        _ => None,
    }
}

fn twice(accounts: &[Field<'_>]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let named = accounts.iter().map(|account| (account, full_name(account)));
    let again = named.filter(|(_, name)| !seen.insert(name.clone()));
    limited(again.map(|(account, name)| {
        account.problem(format!("the service account '{name}' is listed above, too"))
    }))
}

fn full_name(account: &Field<'_>) -> String {
    let [namespace, name] = ["namespace", "name"].map(|name| account.field(name));
    let text = |field: Option<Field<'_>>| field.and_then(|field| field.text().map(str::to_owned));
    format!("{}/{}", text(namespace).unwrap_or_default(), text(name).unwrap_or_default())
}

/// What needs the permissions of service accounts while they are not used.
fn unused(cluster: &Object<'_>) -> Vec<Problem> {
    if cluster.is_true("spec.iam.useServiceAccountExternalPermissions") {
        return Vec::new();
    }
    let karpenter =
        cluster.field("spec.karpenter").filter(|_| cluster.is_true("spec.karpenter.enabled"));
    let zones = cluster.field("spec.certManager.hostedZoneIDs");
    let zones = zones
        .filter(|field| cluster.is_true("spec.certManager.enabled") && !field.items().is_empty());
    let needed = "needs 'useServiceAccountExternalPermissions: true' in 'spec.iam'";
    let crash =
        if cluster.field("spec.iam").is_none() { ", without which kops crashes" } else { "" };
    let fields = karpenter.into_iter().chain(zones);
    fields
        .map(|field| field.key_problem(format!("'{}' {needed}{crash}", last_name(&field))))
        .collect()
}
