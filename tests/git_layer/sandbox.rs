//! Repositories in a temporary directory, and a `git` that knows no settings but its own.

use git_store::git::{LibgitRepository, NewCommit, Pack, Repository, TreeEdit};
use git_store::model::{ObjectId, Timestamp, TreePath};
use std::ffi::OsStr;
use std::future::Future;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Sandbox {
    home: tempfile::TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary directory") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A repository with branch `main` and no commit.
    pub fn repository(&self, name: &str) -> PathBuf {
        self.git(self.home.path(), &["init", "-q", "-b", "main", name]);
        self.path(name)
    }

    pub fn bare(&self, name: &str) -> PathBuf {
        self.git(self.home.path(), &["init", "-q", "--bare", "-b", "main", name]);
        self.path(name)
    }

    /// Makes a command run as in an empty home.
    pub fn isolate<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let identity =
            [("NAME", "Ann"), ("EMAIL", "ann@example.com"), ("DATE", "1700000000 +0000")];
        for (name, value) in identity {
            command.env(format!("GIT_AUTHOR_{name}"), value);
            command.env(format!("GIT_COMMITTER_{name}"), value);
        }
        command.env("HOME", self.home.path()).env("LC_ALL", "C");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null")
    }

    pub fn command<S: AsRef<OsStr>>(&self, directory: &Path, arguments: &[S]) -> Command {
        let mut command = Command::new("git");
        self.isolate(&mut command).current_dir(directory).args(arguments);
        command
    }

    /// Runs git, which must succeed, and returns what it printed without the last newline.
    pub fn git<S: AsRef<OsStr>>(&self, directory: &Path, arguments: &[S]) -> String {
        let output = self.command(directory, arguments).output().expect("git runs");
        let arguments: Vec<_> = arguments.iter().map(|a| a.as_ref().to_string_lossy()).collect();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?} failed: {error}");
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_string()
    }

    /// Whether git succeeds, and what it said.
    pub fn try_git(&self, directory: &Path, arguments: &[&str]) -> (bool, String) {
        let output = self.command(directory, arguments).output().expect("git runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    pub fn git_with_input(&self, directory: &Path, arguments: &[&str], input: &[u8]) -> String {
        let mut command = self.command(directory, arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git runs");
        child.stdin.take().expect("a pipe").write_all(input).expect("git reads");
        let output = child.wait_with_output().expect("git ends");
        assert!(output.status.success(), "git {arguments:?} failed");
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_string()
    }

    /// Fails if git finds anything wrong, warnings included.
    pub fn fsck(&self, directory: &Path) {
        let (ok, said) = self.try_git(directory, &["fsck", "--strict", "--full", "--no-dangling"]);
        assert!(ok && !said.contains("warning") && !said.contains("error"), "fsck: {said}");
    }

    pub fn write(&self, repository: &Path, file: &str, content: &str) {
        let path = repository.join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, content).expect("a file");
    }

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
