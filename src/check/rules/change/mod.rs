//! Old state against new state.

use super::Rule;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[];
