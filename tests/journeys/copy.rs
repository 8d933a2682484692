//! All objects of one store to another, for every pair of stores that are there.

use super::places::Place;
use super::world::{NODES, OTHER, World, replace};
use crate::sandbox::bytes_below;
use std::fs;
use std::path::Path;

#[test]
fn every_pair_of_stores() {
    let world = World::new();
    for (number, first) in Place::services().iter().enumerate() {
        Place::example(&world).copy(&world, first, "--accept-races").ok();
        for (other, second) in Place::services().iter().enumerate() {
            first.copy(&world, second, "--accept-races").ok();
            let end = Place::directory(&world, &format!("copy-{number}-{other}"));
            second.copy(&world, &end, "").ok();
            let copied = bytes_below(Path::new(end.url.trim_start_matches("file://")));
            assert!(copied == bytes_below(&world.store), "{} to {}", first.url, second.url);
        }
    }
}

#[test]
fn a_copy_replaces_nothing_unless_it_is_told_to() {
    let world = World::new();
    let (from, to) = (Place::example(&world), Place::directory(&world, "to"));
    let target = world.sandbox.path("to");
    insta::assert_snapshot!(from.copy(&world, &to, "--dry-run").seen(), @"
    84 objects created, 0 replaced, 0 there already; 127.2 KiB (dry run)
    [ended with 0]
    ");
    assert!(fs::read_dir(&target).expect("a directory").next().is_none(), "a dry run");
    insta::assert_snapshot!(from.copy(&world, &to, "").seen(), @"
    84 objects created, 0 replaced, 0 there already; 127.2 KiB
    [ended with 0]
    ");
    assert!(bytes_below(&target) == bytes_below(&world.store));
    insta::assert_snapshot!(from.copy(&world, &to, "").seen(), @"
    0 objects created, 0 replaced, 84 there already; 0 B
    [ended with 0]
    ");

    replace(&target.join(NODES), "maxSize: 12", "maxSize: 99");
    fs::remove_file(target.join(OTHER)).expect("a file");
    insta::assert_snapshot!(from.copy(&world, &to, "").seen(), @"
    prod.example.com/instancegroup/nodes: the target has other content, which stays
    1 object created, 0 replaced, 82 there already; 520 B
    Where the target differs, `--update` replaces it.
    [ended with 2]
    ");
    assert!(fs::read_to_string(target.join(NODES)).expect("a file").contains("maxSize: 99"));
    from.copy(&world, &to, "--update").ok();
    assert!(bytes_below(&target) == bytes_below(&world.store));
    from.copy(&world, &from, "").fails(64);
    let json = from.copy(&world, &to, "--json").json();
    let objects = json["copy"]["objects"].as_array().expect("a list");
    assert!(!objects.is_empty() && objects.iter().all(|object| object["outcome"] == "same"));
}
