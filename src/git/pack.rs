//! [`Pack`] as one pack file: objects appear all at once, durably, or not at all.

use super::libgit::{LibgitRepository, git_error, to_oid};
use super::pack_file::PackFile;
use super::tree_edit;
use super::walk;
use super::{GitError, NewCommit, Pack, TreeEdit};
use crate::model::ObjectId;
use async_trait::async_trait;
use git2::{ObjectType, OdbLookupFlags};
use std::fmt::Write as _;

/// Who all commits of git-store are by.
pub(super) const SIGNATURE: &str = "git-store <git-store@localhost>";

/// Objects on their way into a repository.
pub(super) struct PackWriter<'a> {
    odb: git2::Odb<'a>,
    file: PackFile,
}

impl<'a> PackWriter<'a> {
    pub(super) fn new(repository: &'a LibgitRepository) -> Result<Self, GitError> {
        let odb = repository.odb()?;
        odb.refresh().map_err(|error| git_error("the object database", &error))?;
        let file = PackFile::new(repository.objects_directory().join("pack"));
        Ok(Self { odb, file })
    }

    fn add(&mut self, kind: ObjectType, content: &[u8]) -> Result<ObjectId, GitError> {
        let id = ObjectId::of(kind.str(), content);
        if self.file.contains(id) {
            return Ok(id);
        }
        // Looking again for new packs at each miss would read the directory once an object.
        if self.odb.exists_ext(to_oid(id)?, OdbLookupFlags::NO_REFRESH) {
            // Marks what is there as new, so that a `git gc` meanwhile keeps it.
            let written = self.odb.write(kind, content);
            written.map_err(|error| git_error("the object database", &error))?;
            return Ok(id);
        }
        self.file.add(kind, id, content)?;
        Ok(id)
    }
}

impl tree_edit::Trees for PackWriter<'_> {
    fn read_tree(&mut self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        match self.file.read(id)? {
            Some(content) => Ok(content),
            None => walk::read(&self.odb, id, ObjectType::Tree),
        }
    }

    fn write_tree(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        self.add(ObjectType::Tree, content)
    }
}

#[async_trait(?Send)]
impl Pack for PackWriter<'_> {
    fn blob(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        self.add(ObjectType::Blob, content)
    }

    fn tree(&mut self, base: Option<ObjectId>, edits: &[TreeEdit]) -> Result<ObjectId, GitError> {
        tree_edit::apply(self, base, edits)
    }

    fn commit(&mut self, commit: &NewCommit) -> Result<ObjectId, GitError> {
        let content = commit_object(commit);
        self.add(ObjectType::Commit, content.as_bytes())
    }

    async fn finish(self: Box<Self>) -> Result<(), GitError> {
        self.file.finish()?;
        self.odb.refresh().map_err(|error| git_error("the object database", &error))
    }
}

/// The commit as git stores it. Git knows no time before 1970 and no message with a NUL.
fn commit_object(commit: &NewCommit) -> String {
    let seconds = commit.time.timestamp().max(0);
    let mut text = format!("tree {}\n", commit.tree);
    for parent in &commit.parents {
        let _ = writeln!(text, "parent {parent}");
    }
    let _ = writeln!(text, "author {SIGNATURE} {seconds} +0000");
    let _ = writeln!(text, "committer {SIGNATURE} {seconds} +0000\n");
    text.push_str(&commit.message.replace('\0', "\u{fffd}"));
    text
}
