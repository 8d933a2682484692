//! Merging one file: the same for git's merge driver, a pull, and a repository without work tree.

use crate::edit::{self, Labels, Merged, Sides};
use crate::git::{GitError, text_merge};

/// Merges two sides of a file by structure, or by lines where it has none.
///
/// # Errors
/// When a side is too large for a merge of lines.
pub fn merge_file(
    sides: &Sides<'_>,
    labels: &Labels,
    marker_size: u16,
) -> Result<Merged, GitError> {
    let lines = text_merge(sides, labels, marker_size)?;
    let by_lines = |_: &Sides<'_>| Some(lines.clone());
    Ok(edit::merge(sides, labels, usize::from(marker_size), &by_lines))
}
