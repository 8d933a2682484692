//! `cilium-version`: the version of Cilium is one that kops can install.

use super::{Check, Problem, Rule};
use crate::check::object::{Object, Semver};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "cilium-version",
    summary: "kops cannot install this version of Cilium",
    explanation: "\
networking.cilium.version is spelt in full with a v before it, and kops 1.37 takes 1.18 alone, \
such as v1.18.6. Of the first number it only expects that it is one. Without a version kops \
chooses its own, which is the best choice for most.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Cluster(check),
};

const MINOR: u64 = 18;

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    of_version(cluster).into_iter().collect()
}

fn of_version(cluster: &Object<'_>) -> Option<Problem> {
    let field = cluster.filled("spec.networking.cilium.version")?;
    let text = field.text()?;
    let Some(number) = text.strip_prefix('v') else {
        let problem = field.problem(format!("'{text}' has no v before it"));
        return Some(problem.help(format!("write 'v{text}'")));
    };
    let help = format!("write a version such as v1.{MINOR}.6, or remove the line");
    let Some(version) = Semver::strict(number) else {
        return Some(field.problem(format!("'{text}' is no version in full")).help(help));
    };
    let problem = || field.problem(format!("kops cannot install Cilium '{text}'")).help(help);
    match (version.major, version.minor) {
        (1, MINOR) => None,
        (_, MINOR) => Some(problem().severity(Severity::Warning)),
        _ => Some(problem()),
    }
}
