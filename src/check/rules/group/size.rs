//! `group-size`: how many machines a group has.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::Field;
use crate::model::Severity;

const SIZES: &[&str] = &["minSize", "maxSize"];

pub(super) static RULE: Rule = Rule {
    id: "group-size",
    summary: "sizes of an instance group that do not fit",
    explanation: "\
kops refuses a group whose maxSize is below its minSize. It takes negative sizes, which no cloud \
does, and reads odd spellings of numbers such as 1e1 or 2.0, which other tools read differently. A \
size that is missing, or without a value (null), stands for kops' default.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Group(check),
};

fn check(group: &Object<'_>, _scope: &Scope<'_>) -> Vec<Problem> {
    let Some(spec) = group.field("spec") else { return Vec::new() };
    let missing = SIZES.iter().filter_map(|name| missing(group, &spec, name));
    let sizes = spec.entries().filter(|(name, _)| SIZES.contains(name));
    let odd = sizes.filter_map(|(name, field)| odd(name, &field));
    missing.chain(odd).chain(order(&spec)).collect()
}

/// A size that is not there at all. Karpenter needs none.
fn missing(group: &Object<'_>, spec: &Field<'_>, name: &str) -> Option<Problem> {
    let is_free = group.text("spec.manager") == Some("Karpenter");
    if is_free || spec.value.entries().is_empty() || spec.value.get(name).is_some() {
        return None;
    }
    let message = format!("the group has no {name}, so kops takes its own default");
    let problem = group.missing(&format!("spec.{name}"), message).severity(Severity::Warning);
    Some(problem.help(format!("write {name}")))
}

fn order(spec: &Field<'_>) -> Option<Problem> {
    let max = spec.field("maxSize")?;
    let (least, most) = (spec.field("minSize")?.integer()?, max.integer()?);
    let message = format!("maxSize {most} is below minSize {least}");
    (most < least).then(|| max.problem(message).help("raise maxSize or lower minSize"))
}

fn odd(name: &str, field: &Field<'_>) -> Option<Problem> {
    let warn = |message: String| field.problem(message).severity(Severity::Warning);
    if field.value.is_null() {
        let problem = warn(format!("{name} has no value, so kops takes its default"));
        return Some(problem.help(format!("write a number, or remove {name}")));
    }
    let size = field.integer()?;
    if size < 0 {
        return Some(warn(format!("{name} is negative")).help("write 0 or more"));
    }
    let is_odd = field.value.node.plain()?.contains(['.', 'e', 'E']);
    let problem = || warn(format!("{name} is an odd spelling of {size}"));
    is_odd.then(|| problem().help(format!("write {size}")).fix(size.to_string(), false))
}
