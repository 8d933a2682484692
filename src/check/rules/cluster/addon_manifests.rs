//! `addon-manifests`: where the manifests of addons lie.

use super::{Check, Field, Object, Problem, Rule, is_set, limited};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "addon-manifests",
    summary: "an addon's manifest lies where the cluster cannot read it",
    explanation: "\
The control plane itself reads the manifests that spec.addons lists. kops refuses file://; a path \
without a scheme is read on the machines of the cluster, where most likely nothing lies.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let addons = cluster.field("spec.addons").map(|field| field.items()).unwrap_or_default();
    limited(addons.into_iter().filter_map(of_addon))
}

fn of_addon(addon: Field<'_>) -> Option<Problem> {
    let field = addon.field("manifest");
    if !is_set(field) {
        let problem = addon.problem("the addon has no 'manifest'");
        return Some(problem.severity(Severity::Warning));
    }
    let (field, text) = (field?, field?.text()?);
    if text.starts_with("file://") {
        return Some(field.problem(format!("kops takes no addon from '{text}'")));
    }
    let message =
        format!("'{text}' has no scheme; write where the manifest lies, such as https://");
    let problem = || field.problem(message).severity(Severity::Warning);
    (!text.contains("://")).then(problem)
}
