//! All objects of one store to another, for every pair of stores that are there.

use super::bucket::Bucket;
use super::world::{NODES, OTHER, World, replace};
use crate::sandbox::{Run, bytes_below};
use std::fs;
use std::path::Path;

/// What a person sets to reach a store, and its URL.
struct Place {
    variables: Vec<(&'static str, String)>,
    url: String,
}

impl Place {
    fn directory(world: &World, name: &str) -> Self {
        let path = world.sandbox.path(name);
        fs::create_dir_all(&path).expect("a directory");
        Self { variables: Vec::new(), url: format!("file://{}", path.display()) }
    }

    fn bucket(variable: &str) -> Option<Self> {
        let bucket = Bucket::on(variable, "copy")?;
        let keys = bucket.settings.keys.clone().expect("keys");
        let variables = vec![
            ("S3_ENDPOINT", bucket.settings.endpoint.clone().expect("an endpoint")),
            ("S3_REGION", "us-east-1".to_owned()),
            ("S3_ACCESS_KEY_ID", keys.access_key_id),
            ("S3_SECRET_ACCESS_KEY", keys.secret_access_key),
        ];
        Some(Self { variables, url: format!("s3://{}/copies", bucket.name) })
    }
}

/// Copies between two places as a person would.
fn copy(world: &World, from: &Place, to: &Place, options: &str) -> Run {
    let line = format!("git store copy {} {} {options}", from.url, to.url);
    let home = world.sandbox.path("");
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = world.sandbox.program(&home, &words);
    command.envs(from.variables.iter().map(|(name, value)| (*name, value)));
    let own = to.variables.iter().map(|(name, value)| (format!("GIT_STORE_TO_{name}"), value));
    command.envs(own);
    world.sandbox.finish(&line, &mut command)
}

#[test]
fn every_pair_of_stores() {
    let world = World::new();
    let source = || Place { variables: Vec::new(), url: world.url() };
    // rclone refuses empty objects, so it is not among them.
    let variables = ["GIT_STORE_TEST_S3", "GIT_STORE_TEST_MOTO"];
    let buckets = || variables.iter().filter_map(|variable| Place::bucket(variable));
    for (number, first) in buckets().enumerate() {
        copy(&world, &source(), &first, "").ok();
        for (other, second) in buckets().enumerate() {
            copy(&world, &first, &second, "").ok();
            let end = Place::directory(&world, &format!("copy-{number}-{other}"));
            copy(&world, &second, &end, "").ok();
            let copied = bytes_below(Path::new(end.url.trim_start_matches("file://")));
            assert!(copied == bytes_below(&world.store), "{} to {}", first.url, second.url);
        }
    }
}

#[test]
fn a_copy_replaces_nothing_unless_it_is_told_to() {
    let world = World::new();
    let (from, to) =
        (Place { variables: Vec::new(), url: world.url() }, Place::directory(&world, "to"));
    let target = world.sandbox.path("to");
    insta::assert_snapshot!(copy(&world, &from, &to, "--dry-run").seen(), @"
    84 objects created, 0 replaced, 0 there already; 127.2 KiB (dry run)
    [ended with 0]
    ");
    assert!(fs::read_dir(&target).expect("a directory").next().is_none(), "a dry run");
    insta::assert_snapshot!(copy(&world, &from, &to, "").seen(), @"
    84 objects created, 0 replaced, 0 there already; 127.2 KiB
    [ended with 0]
    ");
    assert!(bytes_below(&target) == bytes_below(&world.store));
    insta::assert_snapshot!(copy(&world, &from, &to, "").seen(), @"
    0 objects created, 0 replaced, 84 there already; 0 B
    [ended with 0]
    ");

    replace(&target.join(NODES), "maxSize: 12", "maxSize: 99");
    fs::remove_file(target.join(OTHER)).expect("a file");
    insta::assert_snapshot!(copy(&world, &from, &to, "").seen(), @"
    prod.example.com/instancegroup/nodes: the target has other content, which stays
    1 object created, 0 replaced, 82 there already; 520 B
    Where the target differs, `--update` replaces it.
    [ended with 2]
    ");
    assert!(fs::read_to_string(target.join(NODES)).expect("a file").contains("maxSize: 99"));
    copy(&world, &from, &to, "--update").ok();
    assert!(bytes_below(&target) == bytes_below(&world.store));
    copy(&world, &from, &from, "").fails(64);
    let json = copy(&world, &from, &to, "--json").raw();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let objects = json["copy"]["objects"].as_array().expect("a list");
    assert!(!objects.is_empty() && objects.iter().all(|object| object["outcome"] == "same"));
}
