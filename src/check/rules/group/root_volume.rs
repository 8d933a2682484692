//! `root-volume`: the disk that a machine starts from.

use super::{Check, Object, Problem, Rule, Scope};
use crate::model::Severity;

/// Fields, the least value, and how bad less is.
const LEAST: &[(&str, i64, Severity)] = &[
    ("rootVolumeIops", 0, Severity::Error),
    ("rootVolumeThroughput", 0, Severity::Error),
    ("rootVolumeSize", 1, Severity::Warning),
];

pub(super) static RULE: Rule = Rule {
    id: "root-volume",
    summary: "a root volume that no cloud can make",
    explanation: "\
kops refuses negative values of rootVolumeIops and rootVolumeThroughput. It takes any \
rootVolumeSize: 0 stands for its default, and less fails in the cloud.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let low = LEAST.iter().filter_map(|(name, least, severity)| {
        let field = group.field(&format!("spec.{name}"))?;
        let value = field.integer().filter(|value| value < least)?;
        let problem = field.problem(format!("{name} is {value}")).severity(*severity);
        Some(problem.help(format!("write {least} or more, or remove {name}")))
    });
    low.collect()
}
