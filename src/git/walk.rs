//! Files of a tree, and what differs between two.

use super::descent::Descent;
use super::libgit::{git_error, to_oid};
use super::raw_tree::{self, RawEntry};
use super::{GitError, TreeChange, TreeEntry};
use crate::model::{ObjectId, TreePath};
use std::cmp::Ordering;

/// More entries than any store has: a tree that names itself over and over is refused.
const MOST_ENTRIES: usize = 10_000_000;

/// Reads an object that must be of a kind.
pub(super) fn read(
    odb: &git2::Odb<'_>,
    id: ObjectId,
    kind: git2::ObjectType,
) -> Result<Vec<u8>, GitError> {
    let object = odb.read(to_oid(id)?);
    let object = object.map_err(|error| git_error(&format!("{kind} {id}"), &error))?;
    if object.kind() != kind {
        return Err(GitError::Damaged(format!("{id} is a {}, not a {kind}", object.kind())));
    }
    Ok(object.data().to_vec())
}

/// Reads a tree in git's order.
pub(super) fn read_tree(odb: &git2::Odb<'_>, id: ObjectId) -> Result<Vec<RawEntry>, GitError> {
    let data = read(odb, id, git2::ObjectType::Tree)?;
    raw_tree::parse_ordered(&data).map_err(|why| GitError::Damaged(format!("{id} is {why}")))
}

/// Every file of a tree, by path in byte order, which is the order of the walk.
pub(super) fn files(
    odb: &git2::Odb<'_>,
    tree: ObjectId,
) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
    let changes = diff(odb, None, Some(tree))?;
    Ok(changes.into_iter().filter_map(|change| Some((change.path, change.new?))).collect())
}

/// The files of one directory of a tree and of those below it.
pub(super) fn files_below(
    odb: &git2::Odb<'_>,
    tree: ObjectId,
    directory: &TreePath,
) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
    let mut found = tree;
    for name in directory.components() {
        let entries = read_tree(odb, found)?;
        let below = entries.iter().find(|entry| entry.is_directory() && entry.name == name);
        let Some(entry) = below else { return Ok(Vec::new()) };
        found = entry.id;
    }
    let files = files(odb, found)?.into_iter();
    Ok(files.map(|(path, entry)| (path.below(directory.as_bytes()), entry)).collect())
}

/// Files that differ between two trees. Directories that are the same are not read.
pub(super) fn diff(
    odb: &git2::Odb<'_>,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
) -> Result<Vec<TreeChange>, GitError> {
    let mut walk = DiffWalk { odb, place: Descent::default(), entries: 0, changes: Vec::new() };
    if old != new {
        walk.directory(old, new)?;
    }
    Ok(walk.changes)
}

struct DiffWalk<'a> {
    odb: &'a git2::Odb<'a>,
    place: Descent,
    /// How many entries were looked at.
    entries: usize,
    changes: Vec<TreeChange>,
}

impl DiffWalk<'_> {
    fn directory(&mut self, old: Option<ObjectId>, new: Option<ObjectId>) -> Result<(), GitError> {
        let read = |id: Option<ObjectId>| id.map_or(Ok(Vec::new()), |id| read_tree(self.odb, id));
        let (old, new) = (read(old)?, read(new)?);
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => one.sort_key().cmp(other.sort_key()),
            };
            let before = if order.is_le() { old.next() } else { None };
            let after = if order.is_ge() { new.next() } else { None };
            self.entry(before, after)?;
        }
    }

    fn entry(&mut self, old: Option<&RawEntry>, new: Option<&RawEntry>) -> Result<(), GitError> {
        let Some(either) = old.or(new) else {
            return Ok(());
        };
        if old == new {
            return Ok(());
        }
        self.place.enter(&either.name);
        self.check_size()?;
        if either.is_directory() {
            self.directory(old.map(|entry| entry.id), new.map(|entry| entry.id))?;
        } else {
            let path = self.place.path();
            let file = |entry: &RawEntry| TreeEntry { mode: entry.mode, id: entry.id };
            self.changes.push(TreeChange { path, old: old.map(file), new: new.map(file) });
        }
        self.place.leave();
        Ok(())
    }

    fn check_size(&mut self) -> Result<(), GitError> {
        if self.place.is_too_long() {
            return Err(GitError::Path(self.place.path()));
        }
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            return Err(GitError::Unsupported {
                what: format!("a tree with more than {MOST_ENTRIES} files"),
                way_out: "split it into several repositories".into(),
            });
        }
        Ok(())
    }
}
