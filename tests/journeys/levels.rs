//! Servers that ignore preconditions: those that keep versions, and those that do not.

use super::bucket::{Bucket, blind_proxy, wait};
use super::world::{NODES, OTHER, World, replace};
use crate::s3_servers::{enable_versioning, request_with};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const FOREIGN: &str = "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: prod.example.com\n  name: nodes\nspec:\n  maxSize: 99\n  role: Node\n";

/// A bucket with versions on a server that sees no precondition, where somebody else writes the
/// moment before a push does.
fn versioned(world: &World, method: &'static str) -> Option<Bucket> {
    let bucket = Bucket::on("GIT_STORE_TEST_MOTO", "level-b")?;
    wait(enable_versioning(&bucket.settings, &bucket.name));
    bucket.upload(&world.store);
    let (settings, key) = (bucket.settings.clone(), format!("/{}/{NODES}", bucket.name));
    let is_written = AtomicBool::new(false);
    let gate = move |line: &str| {
        if line.starts_with(&format!("{method} {key}")) && !is_written.swap(true, Ordering::SeqCst)
        {
            drop(wait(request_with(&settings, "PUT", &key, FOREIGN, &[])));
        }
        true
    };
    let endpoint = bucket.settings.endpoint.clone().expect("an endpoint");
    Some(bucket.through(&blind_proxy(&endpoint, Arc::new(gate))))
}

#[test]
fn what_a_blind_write_displaces_is_put_back() {
    let world = World::new();
    let Some(bucket) = versioned(&world, "PUT") else { return };
    let clone = bucket.clone("clone");
    let doctor = bucket.run(&clone, "git store doctor --probe").ok();
    assert!(doctor.contains("level: B"), "{doctor}");
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9");
    replace(&clone.join(OTHER), "maxSize: 4", "maxSize: 5");
    bucket.run(&clone, "git commit -qam both").ok();
    insta::assert_snapshot!(bucket.run(&clone, "git store push").seen(), @"
    ~ prod.example.com/instancegroup/nodes: refused: somebody else changed it first
    ~ staging.example.com/instancegroup/nodes: applied
    1 of 2 objects written
    Somebody changed the store meanwhile. Type `git store pull` to merge it, then push again.
    [ended with 3]
    ");
    assert_eq!(bucket.get(NODES), FOREIGN, "what somebody else wrote is there again");
    assert!(bucket.get(OTHER).contains("maxSize: 5"), "the rest was applied");
    let seen = bucket.run(&clone, &format!("git show store/main:{NODES}")).ok();
    assert_eq!(seen, FOREIGN, "and it is in history");

    bucket.run(&clone, "git store pull").fails(3);
    bucket.run(&clone, &format!("git checkout -q --ours {NODES}")).ok();
    bucket.run(&clone, "git commit -qam resolved").ok();
    bucket.run(&clone, "git store push").ok();
    assert!(bucket.get(NODES).contains("maxSize: 9"), "after the decision it goes through");
    bucket.run(&clone, "git store verify --deep main").ok();
}

#[test]
fn what_a_blind_deletion_displaces_is_put_back() {
    let world = World::new();
    let Some(bucket) = versioned(&world, "DELETE") else { return };
    let clone = bucket.clone("clone");
    bucket.run(&clone, &format!("git rm -q {NODES}")).ok();
    bucket.run(&clone, "git commit -qm without --no-verify").ok();
    let line = format!("git store push --allow remove-instance-group:{NODES}");
    let seen = bucket.run(&clone, &line).fails(3);
    assert!(seen.contains("refused: somebody else changed it first"), "{seen}");
    assert_eq!(bucket.get(NODES), FOREIGN, "what somebody else wrote is there again");
}

#[test]
fn without_versions_somebody_has_to_accept_that() {
    let world = World::new();
    let Some(bucket) = Bucket::on("GIT_STORE_TEST_NOCAS", "level-c") else { return };
    bucket.upload(&world.store);
    let clone = bucket.clone("clone");
    replace(&clone.join(OTHER), "maxSize: 4", "maxSize: 5");
    bucket.run(&clone, "git commit -qam larger").ok();
    insta::assert_snapshot!(bucket.run(&clone, "git store push").seen(), @"
    error: the store is of level C: it ignores preconditions and keeps no old versions, so a write could destroy what nobody has seen
    hint: turn on versioning, or accept that what others write in the same moment is lost: `git store push --accept-races`
    [ended with 6]
    ");
    assert!(bucket.get(OTHER).contains("maxSize: 4"), "nothing was written");
    bucket.run(&clone, "git store push --accept-races").ok();
    assert!(bucket.get(OTHER).contains("maxSize: 5"));

    bucket.put(NODES, FOREIGN, &[]);
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9");
    bucket.run(&clone, "git commit -qam fewer").ok();
    bucket.run(&clone, "git push -o accept-races store main").fails(1);
    assert_eq!(bucket.get(NODES), FOREIGN, "what is seen in time is not overwritten");
}
