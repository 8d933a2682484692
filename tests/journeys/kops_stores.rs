//! Stores as kops wrote them: cloned, verified, changed and verified again, byte for byte.
//!
//! They lie below `GIT_STORE_TEST_KOPS`, or `shared/kops` beside this crate, and are too large
//! to be part of it.

use super::world::{World, copy};
use crate::sandbox::bytes_below;
use std::fs;
use std::path::{Path, PathBuf};

#[expect(clippy::print_stderr, reason = "says that a test did nothing")]
fn stores() -> Vec<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/kops");
    let top = std::env::var_os("GIT_STORE_TEST_KOPS").map_or_else(beside, PathBuf::from);
    let mut stores = Vec::new();
    // There the first folder of each is its bucket or prefix.
    stores.extend(folders(&top.join("stores")).iter().flat_map(|store| folders(store)));
    stores.extend(folders(&top.join("stores-by-kops")));
    stores.sort();
    if stores.is_empty() {
        eprintln!("skipped: there are no stores of kops in {}", top.display());
    }
    stores
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    paths.filter(|path| path.is_dir()).collect()
}

/// Changes a number of a desired file as `sed` would; returns its key.
fn change(clone: &Path) -> Option<String> {
    for (path, bytes) in bytes_below(clone) {
        let text = String::from_utf8_lossy(&bytes);
        let is_desired = path.contains("/instancegroup/") || path.ends_with("/config");
        if !path.starts_with(".git/") && is_desired {
            for (from, to) in [
                ("maxSize: 2", "maxSize: 3"),
                ("maxSize: 1\n", "maxSize: 2\n"),
                ("- 0.0.0.0/0", "- 10.0.0.0/8"),
            ] {
                // A group of the control plane has one machine.
                let is_one = from.starts_with("max") && !text.contains("role: Node");
                if text.contains(from) && !is_one {
                    fs::write(clone.join(&path), text.replacen(from, to, 1)).expect("a file");
                    return Some(path);
                }
            }
        }
    }
    None
}

#[test]
fn each_round_trip() {
    let (stores, mut changed) = (stores(), 0);
    for store in &stores {
        let world = World::empty();
        copy(store, &world.store);
        let clone = world.clone("clone");
        world.run(&clone, "git store verify --deep").ok();
        let mut expected = world.objects();
        // Public discovery documents alone are nothing to edit.
        let Some(key) = change(&clone) else { continue };
        changed += 1;
        expected.insert(key.clone(), fs::read(clone.join(&key)).expect("a file"));
        world.run(&clone, "git commit -qam change").ok();
        world.run(&clone, "git store push").ok();
        world.run(&clone, "git store verify --deep").ok();
        assert!(world.objects() == expected, "{}: only {key} changed", store.display());
        world.sandbox.fsck(&clone);
    }
    assert!(changed * 2 >= stores.len(), "only {changed} of {} were changed", stores.len());
}
