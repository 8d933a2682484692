//! Merging three versions of a file by its fields.
//!
//! The values are merged first, and what was decided is then carried out on our bytes. The result
//! is read again: unless it reads as the merged value and has the comments of both sides, git's
//! own merge of lines stands in, which does not resolve what it cannot tell.

mod around;
mod bits;
mod carry;
mod comments;
mod conflict;
mod decide;
mod entries;
mod markers;
mod side;
mod structure;

use super::FieldPath;
use super::source::{Source, has_duplicates};
use crate::yaml::read;
use serde_json::Value as Json;

/// Three versions of a file.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// What both sides began with; nothing where both added the file.
    pub base: Option<&'a [u8]>,
    /// Our side, into which is merged.
    pub ours: &'a [u8],
    /// Their side.
    pub theirs: &'a [u8],
}

/// What the sides are called in the markers of a conflict.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels {
    /// Our side.
    pub ours: String,
    /// The base.
    pub base: String,
    /// Their side.
    pub theirs: String,
}

/// A field that both sides changed, each in its own way. Values are JSON; nothing where the field
/// is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The field; empty for the whole file.
    pub path: FieldPath,
    /// Its value in the base.
    pub base: Option<String>,
    /// Its value on our side.
    pub ours: Option<String>,
    /// Its value on their side.
    pub theirs: Option<String>,
}

/// What came of a merge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merged {
    /// The merged file, with git's markers where there is a conflict.
    pub content: Vec<u8>,
    /// The conflicts; none if the merge is clean.
    pub conflicts: Vec<Conflict>,
    /// Why the lines were merged and not the fields, if so.
    pub fallback: Option<String>,
}

/// Git's own merge of lines: the file, and whether it is clean; nothing if there is none.
pub type TextMerge<'a> = &'a dyn Fn(&Sides<'_>) -> Option<(Vec<u8>, bool)>;

/// Merges three versions of a file.
///
/// Maps are merged by key, lists of objects by the field that names their items, lists of texts
/// without an order as sets, and everything else as one value. What only one side changed is taken
/// from it, comments included. What both changed in different ways is a conflict of that field
/// alone. Where the merge of lines is clean and reads the same, its bytes are taken.
pub fn merge(
    sides: &Sides<'_>,
    labels: &Labels,
    marker_size: usize,
    text_merge: TextMerge<'_>,
) -> Merged {
    if let Some(content) = unchanged(sides) {
        return Merged { content: content.to_vec(), conflicts: Vec::new(), fallback: None };
    }
    let text = text_merge(sides);
    match structure::merge(sides, labels, marker_size) {
        Err(reason) => {
            let text = text.filter(|(content, is_clean)| !is_clean || is_no_worse(content, sides));
            by_lines(sides, labels, marker_size, text, reason)
        }
        Ok(done) if !done.conflicts.is_empty() => {
            Merged { content: done.content, conflicts: done.conflicts, fallback: None }
        }
        Ok(done) => match text {
            Some((content, true)) if reads_as(&content, &done.values) => {
                Merged { content, conflicts: Vec::new(), fallback: None }
            }
            _ if done.has_comments => {
                Merged { content: done.content, conflicts: Vec::new(), fallback: None }
            }
            // Clean, but not what the fields say: both sides are shown.
            text => {
                let text = text.filter(|(_, is_clean)| !is_clean);
                by_lines(sides, labels, marker_size, text, "a comment would be lost".into())
            }
        },
    }
}

/// The other side, where one side has changed nothing or both the same.
fn unchanged<'a>(sides: &Sides<'a>) -> Option<&'a [u8]> {
    if sides.base == Some(sides.ours) {
        Some(sides.theirs)
    } else if sides.base == Some(sides.theirs) || sides.ours == sides.theirs {
        Some(sides.ours)
    } else {
        None
    }
}

/// Whether a clean merge of lines is YAML without double keys, unless a side is not either.
fn is_no_worse(content: &[u8], sides: &Sides<'_>) -> bool {
    is_sound(content) || !is_sound(sides.ours) || !is_sound(sides.theirs)
}

fn is_sound(content: &[u8]) -> bool {
    let Ok(source) = Source::new(content) else { return false };
    let is_clear = |document| read(document).is_some_and(|value| !has_duplicates(&value));
    source.documents().iter().all(is_clear)
}

/// Whether a file reads as the merged values.
fn reads_as(content: &[u8], values: &[Json]) -> bool {
    let read = Source::new(content).and_then(|source| source.values());
    is_sound(content) && read.is_ok_and(|read| structure::are_same(&read, values))
}

/// The merge of lines; without one, the whole file as a conflict.
fn by_lines(
    sides: &Sides<'_>,
    labels: &Labels,
    marker_size: usize,
    text: Option<(Vec<u8>, bool)>,
    reason: String,
) -> Merged {
    let (content, is_clean) = text.unwrap_or_else(|| {
        let line_break = super::lines::Lines::new(sides.ours).line_break();
        let lines = [sides.base.unwrap_or_default(), sides.ours, sides.theirs];
        (markers::block(lines, labels, marker_size, line_break), false)
    });
    let whole = Conflict { path: FieldPath::default(), base: None, ours: None, theirs: None };
    let conflicts = if is_clean { Vec::new() } else { vec![whole] };
    Merged { content, conflicts, fallback: Some(reason) }
}
