//! The versions that a bucket keeps become commits.

use super::bucket::{Bucket, wait};
use crate::s3_servers::{enable_versioning, request_with};
use std::collections::BTreeMap;
use std::path::Path;

/// What a bucket held, by key.
type Snapshot = BTreeMap<String, String>;

/// Writes and deletes; returns what the bucket held after each of them.
fn live(bucket: &Bucket) -> Vec<Snapshot> {
    let group = |size: u32| {
        format!("kind: InstanceGroup\nmetadata:\n  name: nodes\nspec:\n  maxSize: {size}\n")
    };
    let (nodes, other) = ("a.example.com/instancegroup/nodes", "b.example.com/instancegroup/nodes");
    let events = [
        (nodes, Some(group(1))),
        (other, Some(group(1))),
        (nodes, Some(group(2))),
        (other, None),
        (nodes, Some(group(3))),
        (other, Some(group(4))),
        (nodes, None),
        (nodes, Some(group(3))),
        (
            "a.example.com/pki/private/ca/keyset.yaml",
            Some("-----BEGIN RSA PRIVATE KEY-----".into()),
        ),
    ];
    let mut now = Snapshot::new();
    let mut snapshots = Vec::new();
    for (key, content) in events {
        let path = format!("/{}/{key}", bucket.name);
        match content {
            Some(content) => {
                let body: &'static str = content.clone().leak();
                drop(wait(request_with(&bucket.settings, "PUT", &path, body, &[])));
                now.insert(key.to_owned(), content);
            }
            None => {
                drop(wait(request_with(&bucket.settings, "DELETE", &path, "", &[])));
                now.remove(key);
            }
        }
        snapshots.push(now.clone());
        // Versions are told apart by time.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    }
    snapshots
}

/// The tree of a commit, without what git only has a pointer for.
fn tree(bucket: &Bucket, clone: &Path, commit: &str) -> Snapshot {
    let names = bucket.sandbox.git(clone, &["ls-tree", "-r", "--name-only", commit]);
    let files = names.lines().filter(|name| !name.contains("/pki/"));
    files
        .map(|name| {
            let mut content = bucket.sandbox.git(clone, &["show", &format!("{commit}:{name}")]);
            content.push('\n');
            (name.to_owned(), content)
        })
        .collect()
}

fn replay(variable: &str) {
    let Some(bucket) = Bucket::on(variable, "history") else { return };
    wait(enable_versioning(&bucket.settings, &bucket.name));
    let mut snapshots = live(&bucket);
    for snapshot in &mut snapshots {
        snapshot.retain(|key, _| !key.contains("/pki/"));
    }
    let home = bucket.sandbox.path("");
    let line = format!("git store clone --history s3://{} clone", bucket.name);
    let seen = bucket.run(&home, &line).seen();
    assert!(seen.contains("commits made of the versions"), "{seen}");
    let clone = bucket.sandbox.path("clone");
    let commits = bucket.sandbox.git(&clone, &["rev-list", "--reverse", "main"]);
    let mut rest = snapshots.iter();
    let trees: Vec<Snapshot> =
        commits.lines().map(|commit| tree(&bucket, &clone, commit)).collect();
    assert!(trees.len() >= 4, "what was written twice is in several commits: {commits}");
    for tree in &trees {
        assert!(rest.any(|snapshot| snapshot == tree), "the bucket never held this: {tree:?}");
    }
    assert_eq!(trees.last(), snapshots.last());
    let all = bucket.sandbox.git(&clone, &["log", "-p", "--all"]);
    assert!(!all.contains("PRIVATE KEY"), "no key material is in git");

    let fetched = bucket.run(&clone, "git store fetch").ok();
    assert!(fetched.contains("Nothing changed"), "the fetch goes on from there: {fetched}");
    bucket.run(&clone, "git store verify --deep").ok();
    bucket.sandbox.fsck(&clone);
}

#[test]
fn the_bucket_at_every_commit() {
    replay("GIT_STORE_TEST_MOTO");
}

#[test]
fn the_bucket_at_every_commit_on_a_real_server() {
    replay("GIT_STORE_TEST_S3");
}

#[test]
fn a_store_without_versions_says_so() {
    let world = super::world::World::new();
    let home = world.sandbox.path("");
    let line = format!("git store clone --history {} clone", world.url());
    insta::assert_snapshot!(world.run(&home, &line).seen(), @"
    error: the store cannot do this: it keeps no versions that can be asked for
    hint: `git store doctor file://~/state` shows what the store can do
    [ended with 6]
    ");
    assert!(!world.sandbox.path("clone").exists(), "nothing is left");
}
