//! Objects that must fit together.

use super::Rule;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[];
