//! The tour of the README on a store in a directory.

use super::world::{NODES, OTHER, World};
use crate::sandbox::bytes_below;

/// Classes of the example store whose content may not be in git, or is not mirrored.
fn is_withheld(key: &str) -> bool {
    ["/pki/private/", "/secrets/", "/backups/"].iter().any(|part| key.contains(part))
        || key == "prod.example.com/manifests/etcd/main-control-plane-eu-central-1a.yaml"
}

#[test]
fn clone_edit_plan_push_pull() {
    let world = World::new();
    let home = world.sandbox.path("");
    let line = format!("git store clone {} clusters", world.url());
    let cloned = world.run(&home, &line).ok();
    let clone = world.sandbox.path("clusters");
    insta::assert_snapshot!(ends(&cloned), @"
    80 objects changed in file://~/state; store/main is now at <id>:
      … and 60 more
    Kept as pointers, their content stays in the store: 16 private keys, 9 secrets, 1 with a credential inside.
    ");

    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    insta::assert_snapshot!(world.run(&clone, "git store plan").seen(), @"
    ~ prod.example.com/instancegroup/nodes
        @@ -11,7 +11,7 @@
             httpPutResponseHopLimit: 1
             httpTokens: required
           machineType: m6i.xlarge
        -  maxSize: 12
        +  maxSize: 9
           minSize: 3
           nodeLabels:
             kops.k8s.io/instancegroup: nodes

    Plan: 0 to create, 1 to update, 0 to delete
    Store: file://~/state (level not probed yet)
    Commit: <id>, digest: <id>
    [ended with 0]
    ");
    insta::assert_snapshot!(world.run(&clone, "git store status").seen(), @"
    Store file://~/state (level not probed yet)
    store/main is at <id>, main at <id>: 1 commit ahead
    1 object to push; `git store plan` shows how, `git store push` does it:
      ~ prod.example.com/instancegroup/nodes
    26 objects kept as pointers; the content stays in the store
    [ended with 0]
    ");
    insta::assert_snapshot!(world.run(&clone, "git store push").seen(), @"
    ~ prod.example.com/instancegroup/nodes: applied
    1 of 1 object written
    The store equals <id>.
    [ended with 0]
    ");
    assert!(world.stored(NODES).contains("maxSize: 9"), "the store was changed");
    insta::assert_snapshot!(world.run(&clone, "git store push").seen(), @"
    Nothing to do: the store equals <id>.
    [ended with 0]
    ");

    world.kops_edits(OTHER, "maxSize: 4", "maxSize: 5");
    insta::assert_snapshot!(world.run(&clone, "git store pull -q").seen(), @"
    1 object changed in file://~/state; store/main is now at <id>:
      ~ staging.example.com/instancegroup/nodes
    [ended with 0]
    ");
    insta::assert_snapshot!(world.run(&clone, "git store verify --deep").seen(), @"
    0 objects equal by digest, 54 byte for byte, 26 by presence only
    The store equals <id>.
    [ended with 0]
    ");
    let log = world.run(&clone, "git log --notes=store --format=%s%n%N -2").ok();
    insta::assert_snapshot!(dateless(&log), @"
    store: changed staging.example.com/instancegroup/nodes

    maxSize: 9
    push: complete
    Store: file://~/state
    Plan: <id>
    By: Ann <ann@example.com>
    At: <now>
    ~ prod.example.com/instancegroup/nodes
    ");
    world.sandbox.fsck(&clone);
}

/// The first and the last two lines.
fn ends(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len() - 2..];
    format!("{}\n{}\n", lines[0], last.join("\n"))
}

fn dateless(text: &str) -> String {
    let lines = text.lines().map(|line| if line.starts_with("At: ") { "At: <now>" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn plain_files_are_equal_byte_for_byte_and_the_rest_are_pointers() {
    let world = World::new();
    let clone = world.clone("clone");
    let mut objects = world.objects();
    objects.retain(|key, _| !key.contains("/backups/"));
    let mut files = bytes_below(&clone);
    files.retain(|path, _| !path.starts_with(".git/"));
    assert_eq!(files.keys().collect::<Vec<_>>(), objects.keys().collect::<Vec<_>>());
    for (key, content) in &objects {
        let is_pointer = files[key].starts_with(b"git-store pointer 1\n");
        assert_eq!(is_pointer, is_withheld(key), "{key} is a pointer exactly if it must be");
        assert!(is_pointer || files[key] == *content, "{key} has the bytes of the store");
    }
}

#[test]
fn a_push_touches_nothing_else() {
    let world = World::new();
    let clone = world.clone("clone");
    let mut expected = world.objects();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.sandbox.write(
        &clone,
        "prod.example.com/instancegroup/new",
        &world.stored(NODES).replace("nodes", "new"),
    );
    world.sandbox.git(&clone, &["add", "."]);
    world.sandbox.git(&clone, &["rm", "-q", "prod.example.com/instancegroup/bastions"]);
    world.sandbox.git(&clone, &["commit", "-qm", "three changes"]);
    let word = "remove-instance-group:prod.example.com/instancegroup/bastions";
    world.run(&clone, &format!("git store push --allow {word}")).ok();
    for key in [NODES, "prod.example.com/instancegroup/new"] {
        expected.insert(key.into(), std::fs::read(clone.join(key)).expect("a file"));
    }
    expected.remove("prod.example.com/instancegroup/bastions");
    assert_eq!(world.objects(), expected, "three objects changed, and no other byte");
    world.run(&clone, "git store verify --deep HEAD").ok();
}

/// A store may be a directory of a repository with other files, whose settings stay theirs.
#[test]
fn a_store_beside_other_files() {
    let world = World::new();
    let repository = world.sandbox.repository("platform");
    world.sandbox.git(&repository, &["config", "core.autocrlf", "true"]);
    world.sandbox.write(&repository, "README.md", "hello\r\n");
    world.sandbox.git(&repository, &["add", "."]);
    world.sandbox.git(&repository, &["commit", "-qm", "first"]);
    let line = format!("git store init --into state {}", world.url());
    let seen = world.run(&repository, &line);
    insta::assert_snapshot!(seen.stderr, @"
    hint: git merge --allow-unrelated-histories store/main   brings the store's files into this branch
    hint: git store hooks install
    ");
    seen.ok();
    let merge = "git merge -q --allow-unrelated-histories -m merged store/main";
    world.run(&repository, merge).ok();
    let path = format!("state/{NODES}");
    let file = std::fs::read_to_string(repository.join(&path)).expect("a file");
    assert_eq!(file, world.stored(NODES), "bytes of the store are not converted");
    let attributes = world.run(&repository, "git check-attr text README.md").ok();
    assert_eq!(attributes, "README.md: text: unspecified\n", "other files are as before");

    world.edit(&repository, &path, "maxSize: 12", "maxSize: 9");
    world.sandbox.write(&repository, "README.md", "more\r\n");
    world.run(&repository, "git commit -qam docs").ok();
    world.run(&repository, "git store push").ok();
    assert!(world.stored(NODES).contains("maxSize: 9"), "the store was changed");
    assert!(!world.store.join("README.md").exists(), "other files stay out of it");
    world.run(&repository, "git store verify --deep main").ok();
}
