//! The port to git repositories, and its implementation on libgit2 and the `git` command.
//!
//! Nothing here knows of stores. [`LibgitRepository`] is the implementation.

mod attributes;
mod command;
mod descent;
mod durable;
pub mod hooks;
mod hooks_directory;
mod hostile;
mod incoming;
pub mod janitor;
mod keep;
mod libgit;
mod lock;
mod merge_driver;
mod names;
mod open;
mod pack;
mod pack_file;
mod pack_index;
pub mod pushed;
mod raw_tree;
mod reflog;
mod refs;
mod revision;
mod secret;
pub mod server;
mod settings;
mod staged;
mod text_merge;
mod tree_edit;
mod tree_scan;
mod walk;

pub use command::Git;
pub use hostile::{HostileEntry, HostileKind};
pub use incoming::Incoming;
pub use libgit::LibgitRepository;
pub use lock::{PATIENCE, RepositoryLock};
pub use settings::Setting;
pub use staged::Staged;
pub use text_merge::text_merge;

use crate::model::{ObjectId, RefEdit, Timestamp, TreePath};
use async_trait::async_trait;

/// A commit, as far as the operations care.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, in order.
    pub parents: Vec<ObjectId>,
    /// When it was committed.
    pub time: Timestamp,
    /// The whole message; invalid UTF-8 is replaced.
    pub message: String,
}

/// A commit to be written. Author and committer are git-store itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCommit {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, in order.
    pub parents: Vec<ObjectId>,
    /// Author and commit time.
    pub time: Timestamp,
    /// The whole message.
    pub message: String,
}

/// A file in a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TreeEntry {
    /// The mode, such as `0o100644`.
    pub mode: u32,
    /// The blob, or the commit of a gitlink.
    pub id: ObjectId,
}

impl TreeEntry {
    /// The mode of an ordinary file, the only one that a store can hold.
    pub const REGULAR: u32 = 0o100_644;
}

/// A difference between two trees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TreeChange {
    /// The path.
    pub path: TreePath,
    /// Before.
    pub old: Option<TreeEntry>,
    /// After.
    pub new: Option<TreeEntry>,
}

/// What goes under a path of a tree: a blob, or nothing.
pub type TreeEdit = (TreePath, Option<ObjectId>);

/// A repository.
///
/// # Contract
///
/// *Implementers*: nothing is read from the work tree or its settings files; no hook, filter
/// or attribute is applied. [`Repository::update_refs`] compares and swaps each ref in the
/// order given and stops at the first that is not as expected.
///
/// *Callers*: give refs in an order whose every prefix is a legal state: a crash can fall
/// between any two.
#[async_trait(?Send)]
pub trait Repository {
    /// What a ref points to, if it exists.
    async fn read_ref(&self, name: &str) -> Result<Option<ObjectId>, GitError>;

    /// Names and targets of the refs below a prefix such as `refs/heads/`, in order.
    async fn refs_below(&self, prefix: &str) -> Result<Vec<(String, ObjectId)>, GitError>;

    /// Moves refs one after another, each by compare-and-swap.
    async fn update_refs(&self, edits: &[RefEdit]) -> Result<(), GitError>;

    /// Reads a commit.
    async fn commit(&self, id: ObjectId) -> Result<Commit, GitError>;

    /// Every file of a tree, by path in byte order.
    async fn files(&self, tree: ObjectId) -> Result<Vec<(TreePath, TreeEntry)>, GitError>;

    /// The files of one directory of a tree and of those below it, by path in byte order;
    /// nothing if there is no such directory. The default looks through the whole tree.
    async fn files_below(
        &self,
        tree: ObjectId,
        directory: &TreePath,
    ) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
        let mut files = self.files(tree).await?;
        files.retain(|(path, _)| path.is_below(directory));
        Ok(files)
    }

    /// Files that differ between two trees, by path in byte order; `None` is the empty tree.
    async fn diff(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
    ) -> Result<Vec<TreeChange>, GitError>;

    /// The content of a blob.
    async fn blob(&self, id: ObjectId) -> Result<Vec<u8>, GitError>;

    /// Whether the object is in the repository.
    async fn contains(&self, id: ObjectId) -> Result<bool, GitError>;

    /// Whether `ancestor` is `descendant` or one of its ancestors.
    async fn is_ancestor(&self, ancestor: ObjectId, descendant: ObjectId)
    -> Result<bool, GitError>;

    /// Whether git accepts the signature of a commit, by the keys that its configuration trusts.
    /// A repository that knows no keys accepts none.
    async fn is_signed(&self, _commit: ObjectId) -> Result<bool, GitError> {
        Ok(false)
    }

    /// The best common ancestor of two commits, if they have one.
    async fn merge_base(
        &self,
        one: ObjectId,
        other: ObjectId,
    ) -> Result<Option<ObjectId>, GitError>;

    /// Begins to write objects, all of which become visible at once.
    async fn begin_pack(&self) -> Result<Box<dyn Pack + '_>, GitError>;

    /// Returns once everything written so far survives a power cut.
    async fn barrier(&self) -> Result<(), GitError>;

    /// A secret of this repository that never leaves the machine, for keyed fingerprints.
    async fn local_secret(&self) -> Result<[u8; 32], GitError>;
}

/// Objects on their way into the repository.
#[async_trait(?Send)]
pub trait Pack {
    /// Adds a blob.
    fn blob(&mut self, content: &[u8]) -> Result<ObjectId, GitError>;

    /// Adds what is needed for `base` with `edits` made, and returns the new tree. Only
    /// directories that an edit touches are read or written. `None` is the empty tree; a
    /// directory that becomes empty goes away.
    fn tree(&mut self, base: Option<ObjectId>, edits: &[TreeEdit]) -> Result<ObjectId, GitError>;

    /// Adds a commit.
    fn commit(&mut self, commit: &NewCommit) -> Result<ObjectId, GitError>;

    /// Makes all of it visible in the repository, durably.
    async fn finish(self: Box<Self>) -> Result<(), GitError>;
}

/// What can go wrong with a repository, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// A ref is not where it was expected: somebody else moved it.
    #[error("{name} was moved by somebody else meanwhile")]
    RefMoved {
        /// The ref.
        name: String,
        /// What it was expected to be.
        expected: Option<ObjectId>,
        /// What it is.
        actual: Option<ObjectId>,
    },
    /// Another process holds the lock of a ref.
    #[error("{name} is locked by another process")]
    Locked {
        /// The ref.
        name: String,
    },
    /// There is no repository.
    #[error("{0} is not a git repository")]
    NotARepository(String),
    /// The repository uses something that cannot be read here.
    #[error("{what} cannot be used by git-store: {way_out}")]
    Unsupported {
        /// What it is, such as "a SHA-256 repository".
        what: String,
        /// What to do instead.
        way_out: String,
    },
    /// The repository belongs to somebody else.
    #[error(
        "{0} belongs to another user; if you trust it: git config --global --add safe.directory {0}"
    )]
    ForeignOwner(String),
    /// An object is missing or damaged.
    #[error("the repository is damaged: {0}")]
    Damaged(String),
    /// A path cannot stand in a tree.
    #[error("'{0}' cannot stand in a git tree beside the other files")]
    Path(TreePath),
    /// The `git` command failed or could not be run.
    #[error("git {command}: {message}")]
    Command {
        /// The subcommand.
        command: String,
        /// What it said.
        message: String,
    },
    /// Reading or writing a file failed.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// Anything else that libgit2 says.
    #[error("{0}")]
    Other(String),
}
