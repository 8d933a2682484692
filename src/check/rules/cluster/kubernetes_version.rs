//! `kubernetes-version`: the version of Kubernetes is there, and one that kops installs.

use super::{Check, Object, Problem, Rule, is_set};
use crate::check::object::Semver;
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "kubernetes-version",
    summary: "the cluster has no version of Kubernetes that kops installs",
    explanation: "\
spec.kubernetesVersion names a version, such as 1.34.2, or the address of a build that has one as a \
folder. kops refuses a cluster without it, and `kops update` refuses versions that it is too old or \
too new for: kops 1.37 takes 1.32 to 1.38. A shortened version, or one with zeros or blanks around \
it, is read but names no release that could be downloaded.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const FIELD: &str = "spec.kubernetesVersion";
/// The versions that kops 1.37 takes.
const OLDEST: (u64, u64) = (1, 32);
const NEWEST: (u64, u64) = (1, 38);

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let field = cluster.field(FIELD);
    if !is_set(field) {
        let problem = cluster.missing(FIELD, "the cluster has no version of Kubernetes");
        return vec![problem.help("add 'kubernetesVersion' to 'spec'")];
    }
    let Some((field, text)) = field.and_then(|field| Some((field, field.text()?))) else {
        return Vec::new();
    };
    let problem = match Semver::kubernetes(text) {
        None => {
            let message = format!("'{text}' is no version of Kubernetes");
            Some(field.problem(message).help("write a version such as '1.34.2'"))
        }
        Some(version) => unlikely(version, text)
            .map(|message| field.problem(message).severity(Severity::Warning)),
    };
    problem.into_iter().collect()
}

/// What is odd about a version that kops can read.
fn unlikely(version: Semver, text: &str) -> Option<String> {
    let minor = (version.major, version.minor);
    if minor < OLDEST || minor > NEWEST {
        return Some(format!("kops 1.37 installs Kubernetes 1.32 to 1.38, not '{text}'"));
    }
    let plain = text.strip_prefix('v').unwrap_or(text);
    let is_full = text.contains('/') || Semver::strict(plain).is_some();
    (!is_full).then(|| format!("'{text}' is no full version; write '{version}'"))
}
