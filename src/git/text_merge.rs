//! Git's own merge of lines, in memory.

use super::GitError;
use super::libgit::git_error;
use crate::edit::{Labels, Sides};
use git2::{MergeFileInput, MergeFileOptions};

/// Merges the lines of two sides as `git merge` does, with the base shown in conflicts. The
/// second value says whether there was none.
///
/// # Errors
/// When a side is too large for git's merge.
pub fn text_merge(
    sides: &Sides<'_>,
    labels: &Labels,
    marker_size: u16,
) -> Result<(Vec<u8>, bool), GitError> {
    // The first object of libgit2 sets it up, which a merge of files does not.
    let wrong = |error: &git2::Error| git_error("the merge of lines", error);
    let _set_up = git2::Config::new().map_err(|error| wrong(&error))?;
    let inputs = [sides.base.unwrap_or_default(), sides.ours, sides.theirs];
    let [base, ours, theirs] = inputs.map(|content| {
        let mut input = MergeFileInput::new();
        input.content(content);
        input
    });
    let mut options = MergeFileOptions::new();
    options.style_diff3(true).accept_conflicts(true).marker_size(marker_size);
    options.ancestor_label(label(&labels.base));
    options.our_label(label(&labels.ours)).their_label(label(&labels.theirs));
    let merged = git2::merge_file(&base, &ours, &theirs, Some(&mut options));
    let merged = merged.map_err(|error| wrong(&error))?;
    Ok((merged.content().to_vec(), merged.is_automergeable()))
}

/// A label as it can stand behind a marker.
fn label(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}
