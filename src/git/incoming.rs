//! What a push brings: every new commit with what it changes.

use super::hostile::HostileEntry;
use super::libgit::{LibgitRepository, from_oid, git_error, to_oid};
use super::{Commit, GitError, TreeChange, walk};
use crate::model::{ObjectId, TreePath};
use std::collections::BTreeSet;

/// How many tags may point at tags.
const DEEPEST_TAG: usize = 16;

/// A new commit with what it changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// Its name.
    pub id: ObjectId,
    /// The commit.
    pub commit: Commit,
    /// Files that are unlike those of every parent, compared with the first. Empty when the
    /// tree is so hostile that it cannot be compared.
    pub changes: Vec<TreeChange>,
    /// What no state store can hold and no parent had just so. Much of it is harmless beside
    /// what is mirrored: the caller judges by path.
    pub hostile: Vec<HostileEntry>,
}

impl LibgitRepository {
    /// Commits that can be reached from `tips` and not from `known`, oldest first. Tags are
    /// followed; what leads to no commit is refused.
    ///
    /// # Errors
    /// [`GitError::Unsupported`] when there are more than `limit`.
    pub fn new_commits(
        &self,
        tips: &[ObjectId],
        known: &[ObjectId],
        limit: usize,
    ) -> Result<Vec<ObjectId>, GitError> {
        let wrong = |error: &git2::Error| git_error("history", error);
        let mut walk = self.inner.revwalk().map_err(|error| wrong(&error))?;
        let order = git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE;
        walk.set_sorting(order).map_err(|error| wrong(&error))?;
        for tip in tips {
            walk.push(self.peel(*tip)?).map_err(|error| wrong(&error))?;
        }
        // Refs may point at blobs and trees, which hide nothing.
        for commit in known.iter().filter_map(|id| self.peel(*id).ok()) {
            walk.hide(commit).map_err(|error| wrong(&error))?;
        }
        let mut commits = Vec::new();
        for id in walk {
            if commits.len() == limit {
                return Err(too_many(limit));
            }
            commits.push(from_oid(id.map_err(|error| wrong(&error))?));
        }
        Ok(commits)
    }

    /// A new commit with what it changes; `budget` is as in
    /// [`LibgitRepository::hostile_entries`].
    ///
    /// # Errors
    /// See [`LibgitRepository::hostile_entries`].
    pub fn incoming(&self, id: ObjectId, budget: &mut usize) -> Result<Incoming, GitError> {
        let commit = self.read_commit(id)?;
        let trees = commit.parents.iter().map(|parent| Ok(self.read_commit(*parent)?.tree));
        let trees = trees.collect::<Result<Vec<_>, GitError>>()?;
        let hostile = self.hostile_entries(&trees, commit.tree, budget)?;
        let changes = match self.changes(&trees, commit.tree) {
            Err(_) if !hostile.is_empty() => Vec::new(),
            changes => changes?,
        };
        Ok(Incoming { id, commit, changes, hostile })
    }

    /// Files that differ from every one of the trees before, compared with the first.
    fn changes(&self, before: &[ObjectId], tree: ObjectId) -> Result<Vec<TreeChange>, GitError> {
        let odb = self.odb()?;
        let mut changes = walk::diff(&odb, before.first().copied(), Some(tree))?;
        for other in before.iter().skip(1) {
            let differing = walk::diff(&odb, Some(*other), Some(tree))?;
            let paths: BTreeSet<TreePath> =
                differing.into_iter().map(|change| change.path).collect();
            changes.retain(|change| paths.contains(&change.path));
        }
        Ok(changes)
    }

    fn peel(&self, id: ObjectId) -> Result<git2::Oid, GitError> {
        let mut oid = to_oid(id)?;
        for _ in 0..DEEPEST_TAG {
            let object = self.inner.find_object(oid, None);
            let object = object.map_err(|error| git_error(&format!("object {id}"), &error))?;
            match object.as_tag() {
                Some(tag) => oid = tag.target_id(),
                None if object.as_commit().is_some() => return Ok(oid),
                None => break,
            }
        }
        Err(GitError::Unsupported {
            what: format!("a ref that points at {}, which is no commit", id.short()),
            way_out: "push branches and tags of commits only".into(),
        })
    }
}

fn too_many(limit: usize) -> GitError {
    GitError::Unsupported {
        what: format!("a push of more than {limit} new commits"),
        way_out: "push it in several steps".into(),
    }
}
