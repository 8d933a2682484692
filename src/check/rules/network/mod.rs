//! One cluster: networking and access.

use super::Rule;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[];
