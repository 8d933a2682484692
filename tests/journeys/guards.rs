//! Deletions that are many or precious need a word, in both directions.

use super::world::{NODES, World};
use std::fs;
use std::path::PathBuf;

/// A store of the generic layout with sixty objects, and a clone.
fn sixty() -> (World, PathBuf) {
    let world = World::empty();
    for number in 0..60 {
        world.sandbox.write(&world.store, &format!("zone/record-{number:02}"), "ttl: 60\n");
    }
    let line = format!("git store clone --profile generic {} clone", world.url());
    world.run(&world.sandbox.path(""), &line).ok();
    let clone = world.sandbox.path("clone");
    (world, clone)
}

#[test]
fn a_commit_that_deletes_a_whole_cluster() {
    let world = World::new();
    let clone = world.clone("clone");
    world.sandbox.git(&clone, &["rm", "-qr", "staging.example.com"]);
    world.sandbox.git(&clone, &["commit", "-qm", "staging is gone"]);
    let before = world.objects();
    insta::assert_snapshot!(world.run(&clone, "git store push").seen(), @"
    error: this would delete private keys or secrets, which cannot be made again, and the cluster staging.example.com, and 32 of 80 keys at once ('staging.example.com/addons/aws-cloud-controller.addons.k8s.io/k8s-1.18.yaml', 'staging.example.com/addons/bootstrap-channel.yaml', 'staging.example.com/addons/coredns.addons.k8s.io/k8s-1.12.yaml', …)
    hint: if that is meant, type `git store push --allow-delete='staging.example.com/**'` or `git push -o allow-delete='staging.example.com/**'`
    [ended with 5]
    ");
    assert_eq!(world.objects(), before, "nothing was deleted");
    world.run(&clone, "git store push --allow-delete=staging.example.com/**").ok();
    let left = world.objects();
    let is_left = |key: &&String| key.starts_with("staging.") && !key.contains("/backups/");
    assert_eq!(left.keys().filter(is_left).count(), 0, "now it is gone");
    assert!(left.keys().any(|key| key.contains("staging.example.com/backups/")), "backups stay");
    world.run(&clone, "git store verify --deep main").ok();
}

#[test]
fn a_commit_that_deletes_many() {
    let (world, clone) = sixty();
    let keys: Vec<String> = (0..7).map(|number| format!("zone/record-{number:02}")).collect();
    world.sandbox.git(&clone, &[&["rm".into(), "-q".into()], keys.as_slice()].concat());
    world.sandbox.git(&clone, &["commit", "-qm", "seven records"]);
    insta::assert_snapshot!(world.run(&clone, "git store push").seen(), @"
    error: this would delete 7 of 60 keys at once ('zone/record-00', 'zone/record-01', 'zone/record-02', …)
    hint: if that is meant, type `git store push --allow-delete='zone/**'` or `git push -o allow-delete='zone/**'`
    [ended with 5]
    ");
    assert_eq!(world.objects().len(), 60, "nothing was deleted");
    world.run(&clone, "git push -q store main -o allow-delete=zone/record-0?").ok();
    assert_eq!(world.objects().len(), 53, "seven are gone");
    world.sandbox.git(&clone, &["rm", "-q", "zone/record-20"]);
    world.sandbox.git(&clone, &["commit", "-qm", "one record"]);
    world.run(&clone, "git store push").ok();
    assert_eq!(world.objects().len(), 52, "one needs no word");
}

#[test]
fn a_store_that_lost_many() {
    let (world, clone) = sixty();
    for number in 0..7 {
        fs::remove_file(world.store.join(format!("zone/record-{number:02}"))).expect("it is there");
    }
    let tracking = world.sandbox.git(&clone, &["rev-parse", "store/main"]);
    insta::assert_snapshot!(world.run(&clone, "git store fetch").seen(), @"
    error: the store has lost 7 of 60 keys at once ('zone/record-00', 'zone/record-01', 'zone/record-02', …)
    hint: if they were deleted on purpose, type `git store fetch --allow-delete='zone/**'`
    [ended with 5]
    ");
    assert_eq!(world.run(&clone, "git fetch store").code(), Some(128), "git is told so, too");
    assert_eq!(world.sandbox.git(&clone, &["rev-parse", "store/main"]), tracking, "nothing moved");
    world.run(&clone, "git store pull --allow-delete=zone/*").ok();
    assert!(!clone.join("zone/record-00").exists(), "it was believed");
}

#[test]
fn a_store_that_lost_keys() {
    let world = World::new();
    let clone = world.clone("clone");
    let key = "prod.example.com/pki/private/kubernetes-ca/keyset.yaml";
    fs::remove_file(world.store.join(key)).expect("it is there");
    insta::assert_snapshot!(world.run(&clone, "git store pull").seen(), @"
    error: the store has lost private keys or secrets, which cannot be made again ('prod.example.com/pki/private/kubernetes-ca/keyset.yaml')
    hint: if they were deleted on purpose, type `git store fetch --allow-delete='prod.example.com/pki/private/kubernetes-ca/keyset.yaml'`
    [ended with 5]
    ");
    assert!(clone.join(key).exists(), "the pointer stays");
}

#[test]
fn a_store_that_is_suddenly_empty() {
    let world = World::new();
    let clone = world.clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    fs::rename(&world.store, world.sandbox.path("elsewhere")).expect("it can be renamed");
    fs::create_dir(&world.store).expect("a directory");
    for command in ["fetch", "pull", "push", "plan", "status"] {
        let refused = world.run(&clone, &format!("git store {command}")).fails(5);
        assert!(refused.contains("lists no object at all"), "{command}: {refused}");
    }
    insta::assert_snapshot!(world.run(&clone, "git store fetch").seen(), @"
    error: the store lists no object at all, but 80 are recorded
    hint: is it the right bucket and prefix? `git store doctor` shows what is asked; if all of it was deleted on purpose, `git store fetch --allow-delete='**'`
    [ended with 5]
    ");
    assert_eq!(world.objects().len(), 0, "nothing was written");
}

#[test]
fn a_remote_that_names_another_store() {
    let world = World::new();
    let clone = world.clone("clone");
    let other = World::new();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.sandbox.git(&clone, &["config", "remote.store.url", &format!("store::{}", other.url())]);
    let before = other.objects();
    for command in ["fetch", "pull", "push", "plan", "status"] {
        let refused = world.run(&clone, &format!("git store {command}")).fails(7);
        assert!(refused.contains("remembers another store"), "{command}: {refused}");
    }
    world.run(&clone, "git push -q store main").fails(128);
    assert_eq!(other.objects(), before, "the other store is untouched");
}

#[test]
fn a_tracking_ref_on_another_history() {
    let world = World::new();
    let clone = world.clone("clone");
    let other = world.sandbox.git(&clone, &["commit-tree", "-m", "other", "HEAD^{tree}"]);
    world.sandbox.git(&clone, &["update-ref", "refs/remotes/store/main", other.trim()]);
    for command in ["fetch", "push", "status"] {
        let refused = world.run(&clone, &format!("git store {command}")).fails(7);
        assert!(refused.contains("remembers another store"), "{command}: {refused}");
    }
}
