//! One instance group.

use super::{Check, Object, Problem, Rule, Scope};
use crate::check::object::Field;

mod aws_machines;
mod cloud_label;
mod control_plane;
mod external_load_balancers;
mod instance_profile;
mod karpenter;
mod machine;
mod name;
mod node_labels;
mod role;
mod root_volume;
mod size;
mod taints;
mod user_data;
mod value;
mod volumes;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &aws_machines::RULE,
    &control_plane::RULE,
    &external_load_balancers::RULE,
    &cloud_label::RULE,
    &machine::RULE,
    &name::RULE,
    &role::RULE,
    &size::RULE,
    &taints::RULE,
    &value::RULE,
    &volumes::RULE,
    &instance_profile::RULE,
    &karpenter::RULE,
    &node_labels::RULE,
    &root_volume::RULE,
    &user_data::RULE,
];

/// A problem, if the text at a name is missing or empty. Anything but text is another rule's.
fn required(parent: &Field<'_>, name: &str, message: &str) -> Option<Problem> {
    match parent.field(name) {
        None => Some(parent.key_problem(message)),
        Some(field) => (field.text() == Some("")).then(|| field.problem(message)),
    }
}

/// A problem, if the text at a name is none of the values. Missing is empty.
fn one_of(parent: &Field<'_>, name: &str, values: &[&str]) -> Option<Problem> {
    let field = parent.field(name);
    let text = field.map_or(Some(""), |field| field.text())?;
    if values.contains(&text) {
        return None;
    }
    let message = match text {
        "" => format!("{name} is missing"),
        _ => format!("{name} is '{text}', which kops does not know"),
    };
    let problem = match field {
        Some(field) => field.problem(message),
        None => parent.key_problem(message),
    };
    Some(problem.help(format!("write one of {}", values.join(", "))))
}
