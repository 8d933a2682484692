//! `group-machine`: what the machines are made of.

use super::{Check, Object, Problem, Rule, Scope};
use crate::model::Severity;

/// Fields that say what kind of machine it is, each enough by itself.
const MACHINES: &[&str] = &["spec.machineType", "spec.mixedInstancesPolicy"];

/// Fields with names that the cloud gives.
const NAMES: &[&str] = &["spec.image", "spec.machineType"];
/// Longer than any name that a cloud gives.
const LONGEST: usize = 250;

pub(super) static RULE: Rule = Rule {
    id: "group-machine",
    summary: "an instance group that names no image or no machine type",
    explanation: "\
Without spec.image or spec.machineType kops takes its own default at every update: the machines \
change with the version of kops, and nobody sees it in git. Name them.",
    severity: Severity::Warning,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    if group.text("spec.manager") == Some("Karpenter") || group.field("spec").is_none() {
        return Vec::new();
    }
    let has = |path: &&&str| group.field(path).is_some_and(|field| field.text() != Some(""));
    let image = (!has(&&"spec.image")).then_some(("spec.image", "image"));
    let machine = MACHINES.iter().find(has);
    let machine = machine.is_none().then_some(("spec.machineType", "machine type"));
    let problem = |(path, what)| {
        let message = format!("the group names no {what}, so kops takes its own default");
        group.missing(path, message).help(format!("write {path}"))
    };
    let missing = [image, machine].into_iter().flatten().map(problem);
    missing.chain(NAMES.iter().filter_map(|path| long(group, path))).collect()
}

fn long(group: &Object<'_>, path: &str) -> Option<Problem> {
    let field = group.field(path)?;
    let length = field.text().map(str::len).filter(|length| *length > LONGEST)?;
    let problem = field.problem(format!("{path} has {length} characters, which no cloud knows"));
    Some(problem.help("write a name"))
}
