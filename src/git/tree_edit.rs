//! Trees with some paths changed. Only directories on those paths are read or written.

use super::raw_tree::{self, DIRECTORY, RawEntry};
use super::walk::LONGEST_PATH;
use super::{GitError, TreeEdit, TreeEntry};
use crate::model::{ObjectId, TreePath, path};
use std::collections::BTreeMap;

/// Where trees are read from and written to.
pub(super) trait Trees {
    fn read_tree(&mut self, id: ObjectId) -> Result<Vec<u8>, GitError>;
    fn write_tree(&mut self, content: &[u8]) -> Result<ObjectId, GitError>;
}

/// The tree `base` with `edits` made. Of several edits of a path the last counts. To remove
/// what is not there, or what is a directory, changes nothing.
pub(super) fn apply(
    trees: &mut dyn Trees,
    base: Option<ObjectId>,
    edits: &[TreeEdit],
) -> Result<ObjectId, GitError> {
    let mut pending = Vec::with_capacity(edits.len());
    for (path, blob) in edits {
        if !can_stand_in_a_tree(path) {
            return Err(GitError::Path(path.clone()));
        }
        pending.push(Edit { path, rest: path.as_bytes(), blob: *blob });
    }
    match directory(trees, base, &pending)? {
        Some(tree) => Ok(tree),
        None => trees.write_tree(b""),
    }
}

/// An edit, as seen from one of the directories on its path.
#[derive(Clone, Copy)]
struct Edit<'a> {
    path: &'a TreePath,
    /// What is left of the path below the directory.
    rest: &'a [u8],
    blob: Option<ObjectId>,
}

/// The edits at and below one name in a directory.
#[derive(Default)]
struct Edits<'a> {
    file: Option<Edit<'a>>,
    below: Vec<Edit<'a>>,
}

fn directory(
    trees: &mut dyn Trees,
    base: Option<ObjectId>,
    edits: &[Edit<'_>],
) -> Result<Option<ObjectId>, GitError> {
    let mut entries = match base {
        Some(id) => read(trees, id)?,
        None => BTreeMap::new(),
    };
    for (name, edits) in by_name(edits) {
        let old = entries.remove(name).unwrap_or_default();
        let new = at_name(trees, old, &edits)?;
        entries.insert(name.to_vec(), new);
    }
    let entries: Vec<RawEntry> =
        entries.into_iter().flat_map(|(name, at)| at.into_entries(name)).collect();
    if entries.is_empty() {
        return Ok(None);
    }
    trees.write_tree(&raw_tree::write(entries)).map(Some)
}

/// What stands at a name: a file or a directory. Git's trees can hold both, but no work tree
/// can, so both are kept apart here and refused together.
#[derive(Default)]
struct AtName {
    file: Option<TreeEntry>,
    directory: Option<ObjectId>,
}

impl AtName {
    fn into_entries(self, name: Vec<u8>) -> impl Iterator<Item = RawEntry> {
        let entry = |mode, id| RawEntry { mode, name: name.clone(), id };
        let file = self.file.map(|file| entry(file.mode, file.id));
        file.into_iter().chain(self.directory.map(|id| entry(DIRECTORY, id)))
    }
}

fn at_name(trees: &mut dyn Trees, mut at: AtName, edits: &Edits<'_>) -> Result<AtName, GitError> {
    if let Some(edit) = edits.file {
        at.file = edit.blob.map(|id| TreeEntry { mode: TreeEntry::REGULAR, id });
    }
    if !edits.below.is_empty() {
        at.directory = directory(trees, at.directory, &edits.below)?;
    }
    if at.file.is_some() && at.directory.is_some() {
        let puts = |edit: &&Edit<'_>| edit.blob.is_some();
        let culprit = edits.file.iter().chain(&edits.below).find(puts);
        return match culprit {
            Some(edit) => Err(GitError::Path(edit.path.clone())),
            None => Ok(at), // It was so before.
        };
    }
    Ok(at)
}

fn read(trees: &mut dyn Trees, id: ObjectId) -> Result<BTreeMap<Vec<u8>, AtName>, GitError> {
    let content = trees.read_tree(id)?;
    let entries = raw_tree::parse_ordered(&content);
    let entries = entries.map_err(|why| GitError::Damaged(format!("{id} is {why}")))?;
    let mut names: BTreeMap<Vec<u8>, AtName> = BTreeMap::new();
    for entry in entries {
        let is_directory = entry.is_directory();
        let at = names.entry(entry.name).or_default();
        if is_directory {
            at.directory = Some(entry.id);
        } else {
            at.file = Some(TreeEntry { mode: entry.mode, id: entry.id });
        }
    }
    Ok(names)
}

fn by_name<'a>(edits: &[Edit<'a>]) -> BTreeMap<&'a [u8], Edits<'a>> {
    let mut names: BTreeMap<&[u8], Edits<'_>> = BTreeMap::new();
    for edit in edits {
        match edit.rest.iter().position(|byte| *byte == b'/') {
            Some(slash) => {
                let (name, rest) = (&edit.rest[..slash], &edit.rest[slash + 1..]);
                names.entry(name).or_default().below.push(Edit { rest, ..*edit });
            }
            None => names.entry(edit.rest).or_default().file = Some(*edit),
        }
    }
    names
}

/// Whether git would take the path into a work tree on every system.
fn can_stand_in_a_tree(path: &TreePath) -> bool {
    let bytes = path.as_bytes();
    bytes.len() <= LONGEST_PATH
        && !bytes.contains(&0)
        && path.components().all(|name| !name.is_empty() && !path::is_git_directory(name))
}
