//! Files as such: syntax, places, secrets.

use super::{Check, File, Problem, Rule};
use crate::check::suppress;

mod api_version;
mod conflict_marker;
mod duplicate_key;
mod generated_edited;
mod group_label;
mod key_material;
mod multiple_documents;
mod name_path;
mod path_encoding;
mod pointer_edited;
mod secret_plain;
mod tree_entry;
mod truncated;
mod unknown_file;
mod yaml_1_1;
mod yaml_syntax;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &api_version::RULE,
    &conflict_marker::RULE,
    &duplicate_key::RULE,
    &generated_edited::RULE,
    &group_label::RULE,
    &key_material::RULE,
    &multiple_documents::RULE,
    &name_path::RULE,
    &path_encoding::RULE,
    &pointer_edited::RULE,
    &secret_plain::RULE,
    &suppress::RULE,
    &tree_entry::RULE,
    &truncated::RULE,
    &unknown_file::RULE,
    &yaml_1_1::RULE,
    &yaml_syntax::RULE,
];
