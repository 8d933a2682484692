//! What is about to be committed: the index that git names, against `HEAD`.

use super::libgit::{LibgitRepository, from_oid, git_error};
use super::{GitError, TreeChange, TreeEntry, walk};
use crate::model::{ObjectId, TreePath};
use std::collections::BTreeMap;

/// What is about to be committed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Staged {
    /// Files that differ from `HEAD`, by path in byte order.
    pub changes: Vec<TreeChange>,
    /// Every file as the next commit would hold it.
    pub files: BTreeMap<TreePath, TreeEntry>,
    /// Files with an unresolved merge conflict; git will not commit before they are resolved.
    pub conflicts: Vec<TreePath>,
    /// Files announced by `git add --intent-to-add`, whose content is not in the index.
    pub announced: Vec<TreePath>,
}

impl LibgitRepository {
    /// Reads the index that git means: `GIT_INDEX_FILE` of a hook when the repository is
    /// [`LibgitRepository::from_environment`], which `git commit <path>` sets to a temporary
    /// one. The work tree is not looked at.
    ///
    /// # Errors
    /// [`GitError::Unsupported`] for a sparse or split index.
    pub fn staged(&self) -> Result<Staged, GitError> {
        let mut staged = Staged::default();
        let mut index = self.inner.index().map_err(|error| index_error(&error))?;
        index.read(true).map_err(|error| index_error(&error))?;
        for entry in index.iter() {
            staged.add(&entry);
        }
        staged.conflicts.dedup();
        staged.changes = differences(&self.head_files()?, &staged.files);
        Ok(staged)
    }

    fn head_files(&self) -> Result<BTreeMap<TreePath, TreeEntry>, GitError> {
        let Some(head) = super::refs::read(&self.inner, "HEAD")? else {
            return Ok(BTreeMap::new());
        };
        let tree: ObjectId = self.read_commit(head)?.tree;
        Ok(walk::files(&self.odb()?, tree)?.into_iter().collect())
    }
}

impl Staged {
    fn add(&mut self, entry: &git2::IndexEntry) {
        let path = TreePath::new(&entry.path);
        let stage = (entry.flags >> 12) & 3;
        let extended = git2::IndexEntryExtendedFlag::from_bits_retain(entry.flags_extended);
        if stage > 0 {
            self.conflicts.push(path);
        } else if extended.contains(git2::IndexEntryExtendedFlag::INTENT_TO_ADD) {
            self.announced.push(path);
        } else {
            self.files.insert(path, TreeEntry { mode: entry.mode, id: from_oid(entry.id) });
        }
    }
}

fn differences(
    old: &BTreeMap<TreePath, TreeEntry>,
    new: &BTreeMap<TreePath, TreeEntry>,
) -> Vec<TreeChange> {
    let change = |path: &TreePath| TreeChange {
        path: path.clone(),
        old: old.get(path).copied(),
        new: new.get(path).copied(),
    };
    let gone = old.keys().filter(|path| !new.contains_key(*path));
    let mut changes: Vec<_> = gone.chain(new.keys()).map(change).collect();
    changes.retain(|change| change.old != change.new);
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes
}

fn index_error(error: &git2::Error) -> GitError {
    if error.message().contains("mandatory extension") {
        return GitError::Unsupported {
            what: "a sparse or split index".into(),
            way_out: "run 'git sparse-checkout reapply --no-sparse-index' or \
                      'git update-index --no-split-index'"
                .into(),
        };
    }
    git_error("the index", error)
}
