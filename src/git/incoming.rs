//! What a push brings: the refs that it moves, and every new commit with what it changes.

use super::durable::io_error;
use super::hostile::HostileEntry;
use super::libgit::{LibgitRepository, from_oid, git_error, to_oid};
use super::{Commit, GitError, TreeChange, walk};
use crate::model::{ObjectId, TreePath};
use std::collections::BTreeSet;
use std::io::{BufRead, Read};

/// More than git sends for a hundred thousand refs.
const LONGEST_INPUT: u64 = 32 << 20;
/// How many tags may point at tags.
const DEEPEST_TAG: usize = 16;

/// A ref that a push moves, as git tells `pre-receive` and `post-receive`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefUpdate {
    /// The full name.
    pub name: String,
    /// What it was; `None`: it is new.
    pub old: Option<ObjectId>,
    /// What it becomes; `None`: it is deleted.
    pub new: Option<ObjectId>,
}

/// Reads lines of `old new name`.
///
/// # Errors
/// When the input cannot be read, is too long, or is not what git writes.
pub fn read_updates(input: impl BufRead) -> Result<Vec<RefUpdate>, GitError> {
    read_lines(input)?.iter().map(|line| parse_update(line)).collect()
}

/// A ref that a `git push` is about to move, as git tells `pre-push`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushedRef {
    /// What is pushed; not always a ref's name. Empty for a deletion.
    pub local_name: String,
    /// The object that is pushed; `None` for a deletion.
    pub local: Option<ObjectId>,
    /// The name at the other side.
    pub remote_name: String,
    /// What the other side has; `None`: nothing.
    pub remote: Option<ObjectId>,
}

/// Reads lines of `local-name local remote-name remote`.
///
/// # Errors
/// See [`read_updates`].
pub fn read_pushed(input: impl BufRead) -> Result<Vec<PushedRef>, GitError> {
    read_lines(input)?.iter().map(|line| parse_pushed(line)).collect()
}

fn read_lines(input: impl BufRead) -> Result<Vec<String>, GitError> {
    let mut text = String::new();
    let read = input.take(LONGEST_INPUT + 1).read_to_string(&mut text);
    read.map_err(io_error("reading what git pushes"))?;
    if text.len() as u64 > LONGEST_INPUT {
        return Err(GitError::Other("git pushes too many refs at once".into()));
    }
    Ok(text.lines().map(String::from).collect())
}

fn parse_update(line: &str) -> Result<RefUpdate, GitError> {
    let mut words = line.splitn(3, ' ');
    let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
        return Err(not_gits(line));
    };
    if !git2::Reference::is_valid_name(name) {
        return Err(not_gits(line));
    }
    Ok(RefUpdate { name: name.into(), old: parse_id(old, line)?, new: parse_id(new, line)? })
}

fn parse_pushed(line: &str) -> Result<PushedRef, GitError> {
    let mut words = line.rsplitn(4, ' ');
    let (Some(remote), Some(remote_name), Some(local), Some(local_name)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(not_gits(line));
    };
    let local = parse_id(local, line)?;
    let local_name = if local.is_some() { local_name } else { "" };
    Ok(PushedRef {
        local_name: local_name.into(),
        local,
        remote_name: remote_name.into(),
        remote: parse_id(remote, line)?,
    })
}

/// Git writes zeros for "none".
fn parse_id(text: &str, line: &str) -> Result<Option<ObjectId>, GitError> {
    let id: ObjectId = text.parse().map_err(|_| not_gits(line))?;
    Ok((*id.as_bytes() != [0; 20]).then_some(id))
}

fn not_gits(line: &str) -> GitError {
    let start: String = line.chars().take(200).collect();
    GitError::Other(format!("'{}' is not a line that git writes", start.escape_debug()))
}

/// A new commit with what it changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// Its name.
    pub id: ObjectId,
    /// The commit.
    pub commit: Commit,
    /// Files that are unlike those of every parent, compared with the first. Empty when
    /// something hostile was found: such a tree is not to be read further.
    pub changes: Vec<TreeChange>,
    /// What no state store can hold and no parent had just so.
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
        let changes =
            if hostile.is_empty() { self.changes(&trees, commit.tree)? } else { Vec::new() };
        Ok(Incoming { id, commit, changes, hostile })
    }

    /// Files that differ from every one of the trees before, compared with the first.
    fn changes(
        &self,
        before: &[ObjectId],
        tree: ObjectId,
    ) -> Result<Vec<TreeChange>, GitError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const NONE: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn gits_lines_are_read_and_others_are_not() -> Result<(), GitError> {
        let text = format!("{NONE} {ONE} refs/heads/a\n{ONE} {NONE} refs/heads/b\n");
        let updates = read_updates(text.as_bytes())?;
        let one = ONE.parse().ok();
        assert_eq!(updates[0], RefUpdate { name: "refs/heads/a".into(), old: None, new: one });
        assert_eq!(updates[1], RefUpdate { name: "refs/heads/b".into(), old: one, new: None });
        for bad in [
            format!("{ONE} {ONE}"),
            format!("{ONE} zz refs/heads/a"),
            format!("{ONE} {ONE} refs/heads/../x"),
            format!("{ONE} {ONE} --option"),
            format!("{ONE} {ONE} refs/heads/a b"),
            format!("{ONE}{ONE} {ONE} refs/heads/a"),
        ] {
            assert!(read_updates(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read_updates(&b"\xff\xfe"[..]).is_err());
        assert!(read_updates(std::io::BufReader::new(std::io::repeat(b'a'))).is_err());
        Ok(())
    }

    #[test]
    fn pre_push_lines_are_read() -> Result<(), GitError> {
        let text = format!("HEAD~1 {ONE} refs/heads/a {NONE}\n(delete) {NONE} refs/heads/b {ONE}\n");
        let pushed = read_pushed(text.as_bytes())?;
        assert_eq!((pushed[0].local_name.as_str(), pushed[0].remote), ("HEAD~1", None));
        assert_eq!((pushed[1].local_name.as_str(), pushed[1].local), ("", None));
        Ok(())
    }
}
