//! Writes between a push's own listing and its PUT, and pushes that die midway.

use super::bucket::{Bucket, proxy};
use super::world::{NODES, OTHER, World, replace};
use crate::s3_servers::request_with;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

const FOREIGN: &str = "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: prod.example.com\n  name: nodes\nspec:\n  maxSize: 99\n  role: Node\n";

#[test]
fn kops_writes_between_listing_and_put() {
    let world = World::new();
    let Some(bucket) = Bucket::new("race") else { return };
    bucket.upload(&world.store);
    let (settings, key) = (bucket.settings.clone(), format!("/{}/{NODES}", bucket.name));
    let is_written = AtomicBool::new(false);
    let gate = move |line: &str| {
        if line.starts_with(&format!("PUT {key}")) && !is_written.swap(true, Ordering::SeqCst) {
            drop(super::bucket::wait(request_with(&settings, "PUT", &key, FOREIGN, &[])));
        }
        true
    };
    let endpoint = bucket.settings.endpoint.clone().expect("an endpoint");
    let bucket = bucket.through(&proxy(&endpoint, Arc::new(gate)));
    let clone = bucket.clone("clone");
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
    assert_eq!(bucket.get(NODES), FOREIGN, "what kops wrote stays");
    assert!(bucket.get(OTHER).contains("maxSize: 5"), "the rest was applied");
    let seen = bucket.run(&clone, &format!("git show store/main:{NODES}")).ok();
    assert_eq!(seen, FOREIGN, "the foreign version is in history");
    let status = bucket.run(&clone, "git store status").ok();
    assert!(status.contains("1 of 2"), "what was written is not forgotten: {status}");

    bucket.run(&clone, "git store pull").fails(3);
    bucket.run(&clone, &format!("git checkout -q --ours {NODES}")).ok();
    bucket.run(&clone, "git commit -qam resolved").ok();
    bucket.run(&clone, "git store push").ok();
    assert!(bucket.get(NODES).contains("maxSize: 9"), "after the decision it goes through");
    bucket.run(&clone, "git store verify --deep main").ok();
    bucket.sandbox.fsck(&clone);
}

#[test]
fn a_push_that_dies_between_two_puts_goes_on() {
    let world = World::new();
    let Some(bucket) = Bucket::new("killed") else { return };
    bucket.upload(&world.store);
    let prefix = format!("PUT /{}/", bucket.name);
    let (puts, (told, second)) = (AtomicUsize::new(0), mpsc::channel());
    let gate = move |line: &str| {
        let is_ours = line.starts_with(&prefix) && line.contains("instancegroup");
        // The second write is held for ever; what comes after the crash is let through.
        let is_held = is_ours && puts.fetch_add(1, Ordering::SeqCst) == 1;
        if is_held {
            told.send(()).expect("the test waits");
        }
        !is_held
    };
    let endpoint = bucket.settings.endpoint.clone().expect("an endpoint");
    let mut bucket = bucket.through(&proxy(&endpoint, Arc::new(gate)));
    bucket.sandbox =
        bucket.sandbox.with("GIT_STORE_LIFETIME", "4").with("GIT_STORE_CONCURRENCY", "1");
    let clone = bucket.clone("clone");
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9");
    replace(&clone.join(OTHER), "maxSize: 4", "maxSize: 5");
    bucket.run(&clone, "git commit -qam both").ok();
    bucket.run(&clone, "git store doctor --probe").ok();

    let mut push = bucket.sandbox.program(&clone, &["git-store", "push"]).spawn().expect("it runs");
    second.recv_timeout(std::time::Duration::from_secs(30)).expect("a second PUT");
    push.kill().expect("it can be killed");
    push.wait().expect("it ends");

    let while_live = bucket.run(&clone, "git store status").ok();
    assert!(while_live.contains("of 2"), "{while_live}");
    std::thread::sleep(std::time::Duration::from_secs(5));
    insta::assert_snapshot!(bucket.run(&clone, "git store status").seen(), @"
    Store s3://git-store-killed-<id> (level A)
    store/main is at <id>, main at <id>: 1 commit ahead
    2 objects to push; `git store plan` shows how, `git store push` does it:
      ~ prod.example.com/instancegroup/nodes
      ~ staging.example.com/instancegroup/nodes
    A push of <id> was interrupted: 1 of 2 objects are written; `git store push` goes on.
    26 objects kept as pointers; the content stays in the store
    [ended with 0]
    ");
    insta::assert_snapshot!(bucket.run(&clone, "git store push").seen(), @"
    ~ staging.example.com/instancegroup/nodes: applied
    1 of 1 object written
    The store equals <id>.
    [ended with 0]
    ");
    assert!(bucket.get(NODES).contains("maxSize: 9"), "the one object is written");
    assert!(bucket.get(OTHER).contains("maxSize: 5"), "the other, too");
    assert_eq!(
        bucket.run(&clone, "git log --merges --oneline main store/main").ok(),
        "",
        "no merge was needed"
    );
    bucket.run(&clone, "git store verify --deep main").ok();
    bucket.sandbox.fsck(&clone);
}
