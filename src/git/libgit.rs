//! [`Repository`] on libgit2.

use super::command::Git;
use super::durable::{self, io_error};
use super::keep::Keep;
use super::pack::PackWriter;
use super::{Commit, GitError, Pack, Repository, TreeChange, TreeEntry, open, refs, secret, walk};
use crate::model::{Failpoint, ObjectId, RefEdit, Timestamp, TreePath};
use async_trait::async_trait;
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

/// A repository that libgit2 has opened.
///
/// Objects are read raw: no work tree, filter, attribute or `refs/replace` has a say.
pub struct LibgitRepository {
    pub(super) inner: git2::Repository,
    /// Where new objects go: the quarantine while git receives a push.
    objects: PathBuf,
    /// New packs that no ref leads to yet.
    keeps: RefCell<Vec<Keep>>,
    /// Whether a pack was added.
    has_new_pack: Cell<bool>,
    /// Whether git is receiving a push that is not accepted yet.
    is_quarantine: bool,
}

impl LibgitRepository {
    pub(super) fn new(inner: git2::Repository) -> Self {
        Self {
            objects: inner.commondir().join("objects"),
            inner,
            keeps: RefCell::default(),
            has_new_pack: Cell::default(),
            is_quarantine: false,
        }
    }

    /// With new objects in another place, as the environment says.
    pub(super) fn with_objects(mut self, objects: PathBuf, is_quarantine: bool) -> Self {
        self.objects = objects;
        self.is_quarantine = is_quarantine;
        self
    }

    /// The repository that git means here: the one of the environment (`GIT_DIR`,
    /// `GIT_OBJECT_DIRECTORY`, `GIT_INDEX_FILE`…) when git runs us as a hook or a remote
    /// helper, else the one around the current directory.
    ///
    /// # Errors
    /// See [`LibgitRepository::discover`].
    pub fn from_environment() -> Result<Self, GitError> {
        open::from_environment()
    }

    /// The repository at or above a directory, whatever the environment says.
    ///
    /// # Errors
    /// [`GitError::NotARepository`], [`GitError::ForeignOwner`], or
    /// [`GitError::Unsupported`] for SHA-256, reftable and partial clones.
    pub fn discover(path: &Path) -> Result<Self, GitError> {
        open::at(path, git2::RepositoryOpenFlags::empty())
    }

    /// The repository in exactly this directory, with its work tree ignored.
    ///
    /// # Errors
    /// See [`LibgitRepository::discover`].
    pub fn open_bare(path: &Path) -> Result<Self, GitError> {
        open::at(path, git2::RepositoryOpenFlags::BARE | git2::RepositoryOpenFlags::NO_SEARCH)
    }

    /// The directory of this work tree's own state, such as `.git` or `.git/worktrees/x`.
    pub fn git_directory(&self) -> &Path {
        self.inner.path()
    }

    /// The directory that all work trees share; refs and objects lie there.
    pub fn common_directory(&self) -> &Path {
        self.inner.commondir()
    }

    /// The directory of git-store's own files of this repository; all of them may be deleted.
    pub fn own_directory(&self) -> PathBuf {
        self.common_directory().join("git-store")
    }

    /// Whether git is receiving a push that is not accepted yet (`pre-receive`): objects can
    /// be read and written, refs cannot be moved.
    pub fn is_quarantine(&self) -> bool {
        self.is_quarantine
    }

    /// Where new objects go.
    pub fn objects_directory(&self) -> &Path {
        &self.objects
    }

    /// Whether a pack was added since the repository was opened.
    pub fn has_new_pack(&self) -> bool {
        self.has_new_pack.get()
    }

    /// The top of the work tree, if there is one.
    pub fn work_tree(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.inner.is_bare()
    }

    /// Whether history ends before its beginning, so that "not an ancestor" proves nothing.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// The full name of the branch that `HEAD` names, also before its first commit; `None`
    /// while detached.
    pub fn head_branch(&self) -> Option<String> {
        let head = self.inner.find_reference("HEAD").ok()?;
        head.symbolic_target().ok().flatten().map(String::from)
    }

    /// Keeps a pack until refs have moved; in a quarantine no `git gc` runs.
    pub(super) fn keep_until_refs_move(&self, keep: Option<Keep>) {
        self.has_new_pack.set(self.has_new_pack.get() || keep.is_some());
        let keep = keep.filter(|_| !self.is_quarantine);
        self.keeps.borrow_mut().extend(keep);
    }

    pub(super) fn odb(&self) -> Result<git2::Odb<'_>, GitError> {
        self.inner.odb().map_err(|error| git_error("the object database", &error))
    }
}

impl std::fmt::Debug for LibgitRepository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LibgitRepository").field(&self.inner.path()).finish()
    }
}

#[async_trait(?Send)]
impl Repository for LibgitRepository {
    async fn read_ref(&self, name: &str) -> Result<Option<ObjectId>, GitError> {
        refs::read(&self.inner, name)
    }

    async fn refs_below(&self, prefix: &str) -> Result<Vec<(String, ObjectId)>, GitError> {
        refs::below(&self.inner, prefix)
    }

    async fn update_refs(&self, edits: &[RefEdit]) -> Result<(), GitError> {
        if self.is_quarantine {
            return Err(refs_in_quarantine());
        }
        refs::update(self, edits)?;
        if !edits.is_empty() {
            self.keeps.borrow_mut().clear();
        }
        Ok(())
    }

    async fn commit(&self, id: ObjectId) -> Result<Commit, GitError> {
        self.read_commit(id)
    }

    async fn files(&self, tree: ObjectId) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
        walk::files(&self.odb()?, tree)
    }

    async fn files_below(
        &self,
        tree: ObjectId,
        directory: &TreePath,
    ) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
        walk::files_below(&self.odb()?, tree, directory)
    }

    async fn diff(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
    ) -> Result<Vec<TreeChange>, GitError> {
        walk::diff(&self.odb()?, old, new)
    }

    async fn blob(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        walk::read(&self.odb()?, id, git2::ObjectType::Blob)
    }

    async fn contains(&self, id: ObjectId) -> Result<bool, GitError> {
        Ok(self.odb()?.exists(to_oid(id)?))
    }

    async fn is_ancestor(
        &self,
        ancestor: ObjectId,
        descendant: ObjectId,
    ) -> Result<bool, GitError> {
        let (ancestor, descendant) = (to_oid(ancestor)?, to_oid(descendant)?);
        if ancestor == descendant {
            return Ok(true);
        }
        let answer = self.inner.graph_descendant_of(descendant, ancestor);
        answer.map_err(|error| git_error("history", &error))
    }

    async fn is_signed(&self, commit: ObjectId) -> Result<bool, GitError> {
        // A commit in quarantine is seen only with the environment that git gave us.
        let git = if self.is_quarantine { Git::here() } else { Git::at(self.inner.path()) };
        git.accepts_signature(commit)
    }

    async fn merge_base(
        &self,
        one: ObjectId,
        other: ObjectId,
    ) -> Result<Option<ObjectId>, GitError> {
        match self.inner.merge_base(to_oid(one)?, to_oid(other)?) {
            Ok(base) => Ok(Some(from_oid(base))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(git_error("history", &error)),
        }
    }

    async fn begin_pack(&self) -> Result<Box<dyn Pack + '_>, GitError> {
        Ok(Box::new(PackWriter::new(self)?))
    }

    async fn barrier(&self) -> Result<(), GitError> {
        durable::sync_file_system(&[self.common_directory(), &self.objects])?;
        Failpoint::BarrierPassed.reach();
        Ok(())
    }

    async fn local_secret(&self) -> Result<[u8; 32], GitError> {
        let own = self.own_directory();
        secret::read_or_make(&own).map_err(io_error("git-store's key of this repository"))
    }
}

impl LibgitRepository {
    pub(super) fn read_commit(&self, id: ObjectId) -> Result<Commit, GitError> {
        let commit = self.inner.find_commit(to_oid(id)?);
        let commit = commit.map_err(|error| git_error(&format!("commit {id}"), &error))?;
        Ok(Commit {
            tree: from_oid(commit.tree_id()),
            parents: commit.parent_ids().map(from_oid).collect(),
            time: Timestamp::from_timestamp(commit.time().seconds(), 0).unwrap_or_default(),
            message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        })
    }
}

/// Git refuses it too: the objects may be thrown away.
fn refs_in_quarantine() -> GitError {
    GitError::Unsupported {
        what: "a ref that moves before a push is accepted".into(),
        way_out: "move it in post-receive".into(),
    }
}

pub(super) fn to_oid(id: ObjectId) -> Result<git2::Oid, GitError> {
    git2::Oid::from_bytes(id.as_bytes()).map_err(|error| git_error("an object's name", &error))
}

pub(super) fn from_oid(oid: git2::Oid) -> ObjectId {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&oid.as_bytes()[..20]);
    ObjectId::new(bytes)
}

/// Sorts what libgit2 says by what the caller can do about it.
pub(super) fn git_error(what: &str, error: &git2::Error) -> GitError {
    use git2::{ErrorClass, ErrorCode};
    match (error.code(), error.class()) {
        (ErrorCode::Locked, _) => GitError::Locked { name: what.into() },
        (ErrorCode::NotFound, ErrorClass::Odb) | (ErrorCode::HashsumMismatch, _) => {
            GitError::Damaged(format!("{what}: {}", error.message()))
        }
        (_, ErrorClass::Zlib | ErrorClass::Object | ErrorClass::Tree) => {
            GitError::Damaged(format!("{what}: {}", error.message()))
        }
        _ => GitError::Other(format!("{what}: {}", error.message())),
    }
}
