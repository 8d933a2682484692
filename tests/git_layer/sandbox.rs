//! Repositories and objects for the tests of the git layer.

use git_store::git::{LibgitRepository, NewCommit, Pack, Repository, TreeEdit};
use git_store::model::{ObjectId, Timestamp, TreePath};
use std::future::Future;
use std::path::Path;

pub use crate::sandbox::Sandbox;

impl Sandbox {
    /// Commits a file, and returns the commit.
    pub fn commit(&self, repository: &Path, file: &str, content: &str) -> ObjectId {
        self.write(repository, file, content);
        self.git(repository, &["add", "-A"]);
        self.git(repository, &["commit", "-qm", file]);
        id(&self.git(repository, &["rev-parse", "HEAD"]))
    }
}

pub fn id(text: &str) -> ObjectId {
    text.parse().expect("an object's name")
}

pub fn open(path: &Path) -> LibgitRepository {
    LibgitRepository::discover(path).expect("a repository")
}

/// Waits for a future.
pub fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

pub fn put(pack: &mut dyn Pack, path: &str, content: &str) -> TreeEdit {
    (TreePath::from(path), Some(pack.blob(content.as_bytes()).expect("a blob")))
}

pub fn new_commit(tree: ObjectId, parents: &[ObjectId]) -> NewCommit {
    let time = Timestamp::from_timestamp(1_700_000_000, 0).expect("a time");
    NewCommit { tree, parents: parents.to_vec(), time, message: "observed\n".into() }
}

/// Writes a commit with these files and returns it; no ref moves.
pub fn commit_files(repository: &LibgitRepository, files: &[(&str, &str)]) -> ObjectId {
    wait(async {
        let mut pack = repository.begin_pack().await.expect("a pack");
        let edits: Vec<_> =
            files.iter().map(|(path, content)| put(&mut *pack, path, content)).collect();
        let tree = pack.tree(None, &edits).expect("a tree");
        let commit = pack.commit(&new_commit(tree, &[])).expect("a commit");
        pack.finish().await.expect("a finished pack");
        commit
    })
}
