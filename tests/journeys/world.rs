//! A state store in a directory, the people who clone it, and kops, which just writes to it.

use crate::sandbox::{Run, Sandbox, bytes_below};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// An instance group of the example store that journeys edit.
pub const NODES: &str = "prod.example.com/instancegroup/nodes";
/// Another one, in the other cluster.
pub const OTHER: &str = "staging.example.com/instancegroup/nodes";

pub struct World {
    pub sandbox: Sandbox,
    pub store: PathBuf,
}

impl World {
    /// A copy of the example store.
    pub fn new() -> Self {
        Self::around(Sandbox::new())
    }

    pub fn around(sandbox: Sandbox) -> Self {
        let store = sandbox.path("state");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/state-store"), &store);
        Self { sandbox, store }
    }

    /// A store without any object.
    pub fn empty() -> Self {
        let sandbox = Sandbox::new();
        let store = sandbox.path("state");
        fs::create_dir(&store).expect("a directory");
        Self { sandbox, store }
    }

    pub fn url(&self) -> String {
        format!("file://{}", self.store.display())
    }

    /// A person's clone, made with `git store clone`.
    pub fn clone(&self, name: &str) -> PathBuf {
        let home = self.sandbox.path("");
        self.sandbox.run(&home, &format!("git store clone {} {name}", self.url())).ok();
        self.sandbox.path(name)
    }

    /// A person's clone, made with git alone.
    pub fn git_clone(&self, name: &str) -> PathBuf {
        let home = self.sandbox.path("");
        self.sandbox.run(&home, &format!("git clone -q store::{} {name}", self.url())).ok();
        self.sandbox.path(name)
    }

    pub fn run(&self, directory: &Path, line: &str) -> Run {
        self.sandbox.run(directory, line)
    }

    /// Replaces a text in a file of a clone and commits it.
    pub fn edit(&self, clone: &Path, file: &str, from: &str, to: &str) {
        replace(&clone.join(file), from, to);
        self.sandbox.git(clone, &["commit", "-q", "-m", to, "--", file]);
    }

    /// Replaces a text in the store, as `kops edit` does: without asking anybody.
    pub fn kops_edits(&self, key: &str, from: &str, to: &str) {
        replace(&self.store.join(key), from, to);
    }

    pub fn stored(&self, key: &str) -> String {
        fs::read_to_string(self.store.join(key)).expect("an object")
    }

    /// Every object of the store with its bytes.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        bytes_below(&self.store)
    }
}

pub fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("a text file");
    assert!(text.contains(from), "{} has no '{from}'", file.display());
    fs::write(file, text.replacen(from, to, 1)).expect("a writable file");
}

/// Copies a directory; the copy has a fixed age, so that what is seen there has fixed dates.
pub fn copy(from: &Path, to: &Path) {
    for (name, bytes) in bytes_below(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, bytes).expect("a file");
        let file = fs::File::options().append(true).open(&path).expect("a file");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_700_000_000)).expect("a date");
    }
}
