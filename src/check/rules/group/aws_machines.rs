//! `aws-machines`: how machines are bought on AWS.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::duration::{SECOND, nanoseconds};
use crate::check::object::{Cloud, cloud};
use crate::model::Severity;

/// Fields with the texts that they can have.
const TEXTS: &[(&str, &[&str])] = &[
    ("spec.cpuCredits", &["standard", "unlimited"]),
    ("spec.instanceInterruptionBehavior", &["hibernate", "stop", "terminate"]),
    (
        "spec.mixedInstancesPolicy.spotAllocationStrategy",
        &[
            "lowest-price",
            "diversified",
            "capacity-optimized",
            "capacity-optimized-prioritized",
            "price-capacity-optimized",
        ],
    ),
];
/// Fields with the least and the highest number that they can have.
const NUMBERS: &[(&str, i64, i64)] = &[
    ("spec.mixedInstancesPolicy.onDemandAboveBase", 0, 100),
    ("spec.mixedInstancesPolicy.onDemandBase", 0, i64::MAX),
];
/// How long spot machines can be bought for, in minutes.
const SPOT: &[i64] = &[60, 120, 180, 240, 300, 360];
/// The shortest life of a machine, in seconds: a day.
const SHORTEST: i64 = 86_400;

pub(super) static RULE: Rule = Rule {
    id: "aws-machines",
    summary: "machines that cannot be bought so on AWS",
    explanation: "\
kops refuses these when it talks to AWS: cpuCredits other than standard and unlimited; an \
instanceInterruptionBehavior other than hibernate, stop and terminate; spotDurationInMinutes other \
than full hours up to 6; a maxInstanceLifetime of less than a day, except 0; in a \
mixedInstancesPolicy a spotAllocationStrategy that AWS does not know, onDemandAboveBase outside 0 to \
100, and onDemandBase outside 0 to maxSize.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, scope: &Scope<'_>) -> Vec<Problem> {
    if scope.cluster.and_then(cloud).is_some_and(|cloud| cloud != Cloud::Aws) {
        return Vec::new();
    }
    let texts = TEXTS.iter().filter_map(|(path, known)| text(group, path, known));
    let numbers = NUMBERS.iter().filter_map(|(path, least, most)| {
        let field = group.field(path)?;
        let value = field.integer().filter(|value| value < least || value > most)?;
        Some(field.problem(format!("{} is {value}", last(path))).help(range(*least, *most)))
    });
    let others = [base(group), spot(group), lifetime(group)];
    texts.chain(numbers).chain(others.into_iter().flatten()).collect()
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn range(least: i64, most: i64) -> String {
    match most {
        i64::MAX => format!("write {least} or more"),
        _ => format!("write {least} to {most}"),
    }
}

fn text(group: &Object<'_>, path: &str, known: &[&str]) -> Option<Problem> {
    let field = group.field(path)?;
    let text = field.text().filter(|text| !known.contains(text))?;
    let problem = field.problem(format!("{} is '{text}', which AWS does not know", last(path)));
    Some(problem.help(format!("write one of {}", known.join(", "))))
}

/// More machines at a fixed price than there can be.
fn base(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.mixedInstancesPolicy.onDemandBase")?;
    let most = group.field("spec.maxSize")?.integer()?;
    let base = field.integer().filter(|base| *base > most && *base >= 0)?;
    let problem = field.problem(format!("onDemandBase {base} is above maxSize {most}"));
    Some(problem.help("lower it, or raise maxSize"))
}

fn spot(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.spotDurationInMinutes")?;
    let minutes = field.integer().filter(|minutes| !SPOT.contains(minutes))?;
    let problem = field.problem(format!("spotDurationInMinutes is {minutes}"));
    Some(problem.help("write one of 60, 120, 180, 240, 300, 360"))
}

fn lifetime(group: &Object<'_>) -> Option<Problem> {
    let field = group.field("spec.maxInstanceLifetime")?;
    let seconds = nanoseconds(field.text()?)? / SECOND;
    let is_short = seconds != 0 && seconds < SHORTEST;
    let problem = || field.problem("machines live for less than a day");
    is_short.then(|| problem().help("write 24h or more, or 0s for no limit"))
}
