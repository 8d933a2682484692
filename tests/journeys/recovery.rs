//! What is asked of the runs that come after a killed one.

use super::world::{NODES, OTHER, World, replace};
use crate::sandbox::{Sandbox, bytes_below};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A store of few objects. A dead push is waited for one second.
pub fn small_world() -> World {
    let world = World::around(Sandbox::new().with("GIT_STORE_LIFETIME", "1"));
    for key in world.objects().keys() {
        let is_kept = key.contains("instancegroup/")
            || key.ends_with("/config")
            || key.contains("/secrets/admin");
        if !is_kept {
            std::fs::remove_file(world.store.join(key)).expect("it is there");
        }
    }
    world
}

/// A store of few objects and a clone of it.
pub fn small_clone() -> (World, PathBuf) {
    let world = small_world();
    let clone = world.git_clone("clone");
    world.sandbox.git(&clone, &["remote", "rename", "origin", "store"]);
    world.run(&clone, "git store fetch").ok();
    (world, clone)
}

/// Somebody changes an object in each cluster.
pub fn commit_two(sandbox: &Sandbox, clone: &Path) {
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9");
    replace(&clone.join(OTHER), "maxSize: 4", "maxSize: 5");
    sandbox.git(clone, &["commit", "-qam", "two changes"]);
}

/// kops makes two changes.
pub fn kops_edits_two(world: &World) {
    world.kops_edits(NODES, "maxSize: 12", "maxSize: 9");
    world.kops_edits(OTHER, "maxSize: 4", "maxSize: 5");
}

/// The next runs in a repository come to a good end, with this many merges on the branch, and
/// nothing is left behind there.
pub fn recovers(sandbox: &Sandbox, repository: &Path, point: &str, merges: usize) {
    sandbox.run(repository, "git store status").ok();
    for line in ["git store pull", "git store push", "git store verify --deep main"] {
        comes_to_an_end(sandbox, repository, point, line);
    }
    let log = sandbox.run(repository, "git log --merges --oneline main").ok();
    assert_eq!(log.lines().count(), merges, "{point}: merges on the branch: {log}");
    sandbox.fsck(repository);
    if !rests(repository).is_empty() {
        // A lock is taken for stale after two seconds.
        std::thread::sleep(Duration::from_millis(2100));
        sandbox.run(repository, "git store fetch").ok();
    }
    assert_eq!(rests(repository), Vec::<String>::new(), "{point}: left in the repository");
}

fn comes_to_an_end(sandbox: &Sandbox, repository: &Path, point: &str, line: &str) {
    let mut last = String::new();
    for _ in 0..4 {
        let run = sandbox.run(repository, line);
        if run.code() == Some(0) {
            return;
        }
        last = run.seen();
    }
    panic!("{point}: {line} does not come to an end: {last}");
}

/// The store holds the branch's files, with the change that was made, and nothing else but the
/// scratch object of a probe, which listings leave out.
pub fn store_is_main(world: &World, repository: &Path, point: &str) {
    let names = world.sandbox.git(repository, &["ls-tree", "-r", "-z", "--name-only", "main"]);
    let names: Vec<&str> = names.split_terminator('\0').collect();
    let is_scratch = |key: &String| key.starts_with(".git-store-probe/");
    let keys: Vec<String> = world.objects().into_keys().filter(|key| !is_scratch(key)).collect();
    assert_eq!(keys, names, "{point}: no file of ours is left in the store");
    assert!(world.stored(NODES).contains("maxSize: 9"), "{point}: the change is in the store");
}

/// What a killed process left; git-store's own lock files stay, the kernel knows who holds them.
fn rests(repository: &Path) -> Vec<String> {
    let inner = repository.join(".git");
    let directory = if inner.exists() { inner } else { repository.to_owned() };
    let is_lock = |name: &String| name.ends_with(".lock") && !name.starts_with("git-store/");
    let parts = ["tmp_", "/.tmp", ".keep"];
    let is_rest = |name: &String| is_lock(name) || parts.iter().any(|part| name.contains(part));
    bytes_below(&directory).into_keys().filter(is_rest).collect()
}
