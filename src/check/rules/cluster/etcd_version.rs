//! `etcd-version`: all etcd clusters run the same version 3.

use super::{Check, Field, Object, Problem, Rule, is_set, limited, set};
use crate::check::object::Semver;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "etcd-version",
    summary: "an etcd cluster names a version that kops does not run",
    explanation: "\
The version of an etcd cluster is best left out: kops takes the one that fits Kubernetes. Where it \
is given, it is a full version 3, such as 3.5.21, and the same for all etcd clusters that give one, \
the first among them. An image of one's own needs it, because kops cannot tell what is inside.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let clusters = cluster.field("spec.etcdClusters").map(|field| field.items());
    let clusters = clusters.unwrap_or_default();
    let first = clusters.first().and_then(|first| first.field("version")?.text()).unwrap_or("");
    let without = clusters.iter().filter_map(without_version);
    let wrong = clusters.iter().filter_map(|etcd| wrong(etcd.field("version")?, first));
    limited(without.chain(wrong))
}

fn without_version(etcd: &Field<'_>) -> Option<Problem> {
    let image = set(etcd.field("image"))?;
    let is_missing = !is_set(etcd.field("version"));
    is_missing.then(|| image.key_problem("an image needs the 'version' of the etcd that is in it"))
}

fn wrong(field: Field<'_>, first: &str) -> Option<Problem> {
    let text = field.text().filter(|text| !text.is_empty())?;
    let version = Semver::strict(text.strip_prefix('v').unwrap_or(text));
    let message = match version {
        None => format!("'{text}' is no full version, such as '3.5.21'"),
        Some(version) if version.major != 3 => format!("kops runs etcd 3, not '{text}'"),
        _ if text != first && first.is_empty() => {
            format!("the first etcd cluster has no version, this one has '{text}'")
        }
        _ if text != first => format!("the first etcd cluster has version '{first}', not '{text}'"),
        _ => return None,
    };
    Some(field.problem(message).help("give all etcd clusters the same version, or none"))
}
