//! One object: names and types of fields.

use super::{Check, Object, Problem, Rule};
use crate::check::engine::MOST_PROBLEMS;
use crate::check::object::Field;
use crate::check::schema::Visit;

mod dropped_field;
mod field_type;
mod odd_value;
mod unknown_field;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] =
    &[&dropped_field::RULE, &field_type::RULE, &odd_value::RULE, &unknown_field::RULE];

/// What is wrong with the values of an object, each looked at by itself.
fn each_value(
    object: &Object<'_>,
    look: impl Fn(&Visit<'_>, Field<'_>) -> Option<Problem>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    object.each_written(&mut |visit, field| {
        // The engine reports no more than that, and says that there are more.
        if problems.len() <= MOST_PROBLEMS {
            problems.extend(look(visit, field));
        }
    });
    problems
}
