//! A store on a real S3 server, and how many requests each journey takes.

use super::bucket::{Bucket, wait};
use super::world::{NODES, OTHER, World, replace};
use crate::s3_servers::connect;
use crate::sandbox::{Run, bytes_below};
use git_store::model::{Class, Key, Profile};
use git_store::store::Store as _;
use std::path::Path;

const CONFIG: &str = "prod.example.com/config";

/// Requests as `list get head put delete other`, from the last document of `--stats --json`.
#[track_caller]
fn requests(run: Run) -> String {
    let printed = run.raw();
    let last = printed.lines().last().expect("a line");
    let stats: serde_json::Value = serde_json::from_str(last).expect("JSON");
    let requests = &stats["stats"]["requests"];
    let kinds = ["list", "get", "head", "put", "delete", "other"];
    let told = kinds.iter().filter(|kind| requests[**kind] != 0);
    told.map(|kind| format!("{} {kind}", requests[*kind])).collect::<Vec<_>>().join(", ")
}

#[test]
fn services_that_speak_s3_have_names_of_their_own() {
    let Some(bucket) = Bucket::new("family") else { return };
    let world = World::new();
    bucket.upload(&world.store);
    for (place, scheme) in ["do", "scw", "hos", "linode"].iter().enumerate() {
        let url = format!("{scheme}://{}", bucket.name);
        let home = bucket.sandbox.path("");
        bucket.run(&home, &format!("git store clone {url} {scheme}")).ok();
        let clone = bucket.sandbox.path(scheme);
        let size = |place: usize| format!("maxSize: {}", 12 - place);
        replace(&clone.join(NODES), &size(place), &size(place + 1));
        bucket.run(&clone, "git commit -qam fewer").ok();
        bucket.run(&clone, "git store push").ok();
        bucket.run(&clone, "git store verify --deep").ok();
        let log = bucket.run(&clone, "git log --format=%B store/main").ok();
        assert!(log.contains(&format!("Store: {scheme}://")), "{log}");
    }
}

#[test]
fn a_service_that_is_not_amazons_needs_an_endpoint() {
    let world = World::new();
    let home = world.sandbox.path("");
    insta::assert_snapshot!(world.run(&home, "git store clone do://bucket/prefix").seen(), @"
    error: do://bucket/prefix is a bucket of DigitalOcean Spaces, so S3_ENDPOINT must be set, such as to https://nyc3.digitaloceanspaces.com
    hint: `git store doctor do://bucket/prefix` shows all settings and their origin
    [ended with 64]
    ");
}

#[test]
fn clone_push_pull_verify() {
    let world = World::new();
    let Some(bucket) = Bucket::new("journey") else { return };
    bucket.upload(&world.store);
    let clone = bucket.clone("clone");
    let sandbox = &bucket.sandbox;
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9");
    sandbox.git(&clone, &["commit", "-qam", "smaller"]);
    let seen = bucket.run(&clone, "git store push").seen();
    insta::assert_snapshot!(seen, @"
    ~ prod.example.com/instancegroup/nodes: applied
    1 of 1 object written
    The store equals <id>.
    [ended with 0]
    ");
    assert!(bucket.get(NODES).contains("maxSize: 9"), "the store was changed");
    bucket.put(OTHER, "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\n", &[]);
    bucket.run(&clone, "git store pull").ok();
    bucket.run(&clone, "git store verify --deep main").ok();
    let line = format!("git clone -q store::s3://{} alone", bucket.name);
    bucket.run(&sandbox.path(""), &line).ok();
    let alone = sandbox.path("alone");
    bucket.put(OTHER, "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\n\n", &[]);
    bucket.run(&alone, "git pull -q").ok();
    let fetched = bucket.run(&alone, "git store fetch --stats --json");
    assert_eq!(requests(fetched), "1 list", "what git fetched is not read again");
    replace(&alone.join(NODES), "maxSize: 9", "maxSize: 8");
    bucket.run(&alone, "git commit -qam again").ok();
    bucket.run(&alone, "git push -q").ok();
    bucket.run(&alone, "git store verify --deep main").ok();
    assert!(bucket.get(NODES).contains("maxSize: 8"), "git alone does it, too");
    sandbox.fsck(&alone);
}

/// What a PUT by somebody else has set beside the content stays as it is.
#[test]
fn metadata_of_an_object_is_kept() {
    let world = World::new();
    let Some(bucket) = Bucket::new("metadata") else { return };
    bucket.upload(&world.store);
    let body = "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: prod.example.com\n  name: nodes\nspec:\n  maxSize: 12\n  role: Node\n";
    bucket.put(
        NODES,
        body,
        &[
            ("content-type", "text/yaml"),
            ("x-amz-meta-owner", "ann"),
            ("cache-control", "no-store"),
        ],
    );
    let clone = bucket.clone("clone");
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9");
    bucket.run(&clone, "git commit -qam smaller").ok();
    bucket.run(&clone, "git store push").ok();
    let attributes = wait(async {
        let store =
            connect(&bucket.settings, &format!("s3://{}", bucket.name)).await.expect("a store");
        let info = store.head(&Key::from(NODES)).await.expect("an answer").expect("an object");
        format!("{:?}", info.attributes)
    });
    for value in ["text/yaml", "ann", "no-store"] {
        assert!(attributes.contains(value), "{value} is kept: {attributes}");
    }
}

fn generated(bucket: &Bucket) -> std::path::PathBuf {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/make-store.py");
    let store = bucket.sandbox.path("generated");
    let words = ["python3".as_ref(), program.as_os_str(), store.as_os_str()];
    let home = bucket.sandbox.path("");
    bucket.sandbox.finish("make-store", &mut bucket.sandbox.program(&home, &words)).ok();
    store
}

/// Objects whose bytes must be seen: all but backups, keys and secrets. Those that a scan finds
/// unclean are read too, and kept as pointers.
fn read_objects(store: &Path) -> usize {
    let class = |key: &String| Profile::Kops.class(&Key::from(key.as_str()));
    let is_read = |key: &String| !matches!(class(key), Class::Backup | Class::Keys | Class::Secret);
    bytes_below(store).into_keys().filter(|key| is_read(key)).count()
}

#[test]
fn requests_of_each_journey() {
    let Some(bucket) = Bucket::new("requests") else { return };
    let store = generated(&bucket);
    assert_eq!(bytes_below(&store).len(), 1980, "20 clusters of 99 objects");
    bucket.upload(&store);
    let home = bucket.sandbox.path("");
    let line = format!("git store clone --stats --json s3://{} clone", bucket.name);
    let cloned = bucket.run(&home, &line);
    assert_eq!(requests(cloned), format!("2 list, {} get", read_objects(&store)), "clone");
    let clone = bucket.sandbox.path("clone");
    let fetch = || requests(bucket.run(&clone, "git store fetch --stats --json"));
    assert_eq!(fetch(), "2 list", "nothing changed");

    let head = bucket.sandbox.git(&clone, &["rev-parse", "main"]);
    for name in ["refs/store/store/manifest", "refs/remotes/store/main"] {
        bucket.sandbox.git(&clone, &["update-ref", "-d", name]);
    }
    let withheld = bucket.run(&clone, "git grep -l credential-found main").stdout.lines().count();
    let expected = if withheld == 0 { "2 list".into() } else { format!("2 list, {withheld} get") };
    assert_eq!(fetch(), expected, "git has the content: only what is withheld is read again");
    bucket.sandbox.git(&clone, &["update-ref", "refs/remotes/store/main", &head]);

    let key = bytes_below(&store)
        .into_keys()
        .find(|key| key.contains("/instancegroup/"))
        .expect("a group");
    bucket.put(&key, "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\n", &[]);
    assert_eq!(fetch(), "2 list, 1 get", "one object changed");
    bucket.run(&clone, "git store pull").ok();

    let config = bytes_below(&clone)
        .into_keys()
        .find(|key| key.ends_with("/config") && !key.starts_with(".git"))
        .unwrap_or(CONFIG.into());
    let push = |number: usize| {
        let text = std::fs::read_to_string(clone.join(&config)).expect("a file");
        std::fs::write(clone.join(&config), format!("{text}# {number}\n")).expect("a file");
        bucket.run(&clone, "git commit -qam change").ok();
        requests(bucket.run(&clone, "git store push --stats --json"))
    };
    assert!(push(1).contains("put"), "the first push finds out what the store can do");
    assert_eq!(push(2), "2 list, 1 put", "a push of one change");
    assert_eq!(
        requests(bucket.run(&clone, "git store push --stats --json")),
        "2 list",
        "nothing to push"
    );
    let verified = requests(bucket.run(&clone, "git store verify --stats --json"));
    assert_eq!(verified, "2 list", "digests are enough");
}
