//! What is checked: changed files, and the entries of a tree.

use crate::model::{Class, Key, PathError, TreePath};
use std::borrow::Cow;

/// The mode of an ordinary file in git.
pub const REGULAR: u32 = 0o100_644;

/// One file, before and after a change.
///
/// `old` is what git-store itself last put there (the tracking ref), so that its own pointers
/// and generated files are no change. Equal `old` and `new` mean a file that is only looked at:
/// rules about content run, rules about changes do not.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Where the file lies in the tree.
    pub path: TreePath,
    /// Its mode in git.
    pub mode: u32,
    /// The key it stands for; `None` for a file of the repository itself.
    pub key: Option<Key>,
    /// Why the path names no key, though it lies in the store's part of the tree.
    pub path_error: Option<PathError>,
    /// The class of the key.
    pub class: Class,
    /// Whether it is a manifest: a file outside a store, in which kops objects stand one after
    /// the other.
    pub is_manifest: bool,
    /// Whether it is only there so that others can be understood: nothing is said of it alone.
    pub is_context: bool,
    /// The content before; `None` when there was no file.
    pub old: Option<Cow<'a, [u8]>>,
    /// The content after; `None` when the file is removed.
    pub new: Option<Cow<'a, [u8]>>,
}

/// What happens to a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It is new.
    Added,
    /// Its content changes.
    Changed,
    /// It goes away.
    Removed,
    /// Nothing.
    Same,
}

impl Subject<'_> {
    /// What happens to the file.
    pub fn change(&self) -> Change {
        match (&self.old, &self.new) {
            (None, Some(_)) => Change::Added,
            (Some(_), None) => Change::Removed,
            (Some(old), Some(new)) if old != new => Change::Changed,
            _ => Change::Same,
        }
    }
}

/// What an entry of a tree points at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// A file's content.
    Blob,
    /// A folder.
    Tree,
    /// A commit of another repository.
    Commit,
    /// Anything else, or an object that is missing.
    Other,
}

/// One entry of a tree as the tree says it, not as anybody cleaned it up.
#[derive(Clone, Debug)]
pub struct TreeEntry {
    /// The path from the top, as raw bytes.
    pub path: TreePath,
    /// The mode as the tree says it.
    pub mode: u32,
    /// What the entry points at.
    pub kind: EntryKind,
    /// Whether it lies in the part of the tree that mirrors the store.
    pub is_in_store: bool,
}
