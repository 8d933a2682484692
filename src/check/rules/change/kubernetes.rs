//! `kubernetes-skip`: Kubernetes goes up by one minor version at a time.

use super::{Changed, Check, Object, Problem, Rule, cluster};
use crate::check::object::Semver;
use crate::model::Severity;

const PATH: &str = "spec.kubernetesVersion";

pub(super) static RULE: Rule = Rule {
    id: "kubernetes-skip",
    summary: "Kubernetes skips a minor version, or goes back",
    explanation: "\
Kubernetes is upgraded from one minor version to the next: what etcd holds is converted step by step, \
and kubelets run with an API server that is close to them. kops takes any version. A step back is \
not supported at all, for the older version may not be able to read what the newer one has written.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Change(check),
};

fn check(changed: &Changed<'_>) -> Vec<Problem> {
    let Some((old, new)) = cluster(changed) else { return Vec::new() };
    let message = version(old).zip(version(new)).and_then(|(old, new)| step(old, new));
    let problem = message.and_then(|message| Some(new.field(PATH)?.problem(message)));
    problem.into_iter().collect()
}

fn version(cluster: &Object<'_>) -> Option<Semver> {
    Semver::kubernetes(cluster.text(PATH)?)
}

/// What is wrong with a step from one version to another.
fn step(old: Semver, new: Semver) -> Option<String> {
    let (before, after) = ((old.major, old.minor), (new.major, new.minor));
    let next = (old.major, old.minor.saturating_add(1));
    match after {
        _ if after < before => Some(format!("Kubernetes goes back from {old} to {new}")),
        _ if after > next => {
            Some(format!("Kubernetes goes from {old} to {new}, past {}.{}", next.0, next.1))
        }
        _ => None,
    }
}
