//! Editing YAML as bytes: what is not edited stays as it is, to the byte.
//!
//! A file is parsed for the places of its fields, its bytes are changed there, and the result is
//! read again: unless it reads as the old file with just that change, the edit is refused. So
//! comments, order, quotes, line ends and a missing line end stay, and nothing else can change.
//!
//! Files are those of kops: objects in block style with lists of objects and of texts. What
//! stands in the way of a safe edit (anchors, aliases, tags, a key twice) refuses it.

mod apply;
mod differences;
mod entry;
mod error;
mod given;
mod identity;
mod insert;
mod layout;
mod lines;
mod locate;
mod merge;
mod noise;
mod path;
mod quantity;
mod remove;
mod render;
mod replace;
mod set;
mod source;
mod splice;
mod style;
mod tree;
mod unset;

#[cfg(test)]
mod tests;

pub use differences::Difference;
pub use error::EditError;
pub use given::Wanted;
pub use merge::{Conflict, Labels, Merged, Sides, TextMerge, merge};
pub use path::{FieldPath, PathError};
pub use source::Select;

/// Sets a field of the first document. `value` is YAML as typed on a command line; text stays
/// text, see [`Wanted::Any`].
///
/// What is missing on the way is made. A new key stands in its alphabetical place where the
/// others are sorted, else at the end.
///
/// ```
/// use git_store::edit::set;
///
/// let file = b"spec:\n  image: a  # pinned\n  role: Node\n";
/// let path = "spec.minSize".parse().expect("a path");
/// let file = set(file, &path, "3").expect("an edit");
/// assert_eq!(file, b"spec:\n  image: a  # pinned\n  minSize: 3\n  role: Node\n");
/// ```
pub fn set(content: &[u8], path: &FieldPath, value: &str) -> Result<Vec<u8>, EditError> {
    set_as(content, path, value, Wanted::Any)
}

/// Sets a field of the first document to a value of a type.
pub fn set_as(
    content: &[u8],
    path: &FieldPath,
    value: &str,
    wanted: Wanted,
) -> Result<Vec<u8>, EditError> {
    set_in(content, &Select::default(), path, value, wanted)
}

/// Sets a field of the selected document to a value of a type.
pub fn set_in(
    content: &[u8],
    select: &Select,
    path: &FieldPath,
    value: &str,
    wanted: Wanted,
) -> Result<Vec<u8>, EditError> {
    set::set(content, select, path, value, wanted)
}

/// Removes a field of the first document, with the comment lines directly above it and the
/// comment behind it. What it leaves empty becomes `{}` or `[]`: a parent that goes as well could
/// mean something else (`calico: {}` selects Calico).
pub fn unset(content: &[u8], path: &FieldPath) -> Result<Vec<u8>, EditError> {
    unset_in(content, &Select::default(), path)
}

/// Removes a field of the selected document.
pub fn unset_in(content: &[u8], select: &Select, path: &FieldPath) -> Result<Vec<u8>, EditError> {
    unset::unset(content, select, path)
}

/// Merges an overlay, a partial object, into a file, as kops merges options: maps key by key, lists
/// of objects by the field that names their items; other lists are replaced, and `null` removes.
///
/// The document of the file is the one with the overlay's `kind` and `metadata.name`, and what both
/// say of these and of `apiVersion` must agree.
pub fn apply(content: &[u8], overlay: &[u8]) -> Result<Vec<u8>, EditError> {
    apply::apply(content, overlay)
}

/// The fields in which the first documents of two files differ, for kops: the order of keys,
/// quotes, comments, the spelling of amounts and what kops adds on its own do not count.
pub fn differences(old: &[u8], new: &[u8]) -> Result<Vec<Difference>, EditError> {
    differences::differences(old, new)
}
