//! The framework `pre-commit` runs our hook, set up as docs/hooks.md says.

use super::world::{NODES, World, replace};
use crate::skipped::skipped;
use std::path::Path;

/// Our hooks in a repository of their own, released as the document says.
fn release(world: &World) -> String {
    let repository = world.sandbox.repository("git-store");
    let manifest = include_str!("../../.pre-commit-hooks.yaml");
    world.sandbox.write(&repository, ".pre-commit-hooks.yaml", manifest);
    world.sandbox.git(&repository, &["add", "."]);
    world.sandbox.git(&repository, &["commit", "-qm", "release"]);
    world.sandbox.git(&repository, &["tag", "v0.1.0"]);
    repository.display().to_string()
}

/// The file that the document shows, with another address.
fn settings(address: &str) -> String {
    let page = include_str!("../../docs/hooks.md").lines();
    let block = page.skip_while(|line| *line != "    repos:");
    let lines = block.map_while(|line| line.strip_prefix("    "));
    let lines: Vec<String> = lines
        .map(|line| match line.split_once("https://") {
            Some((before, _)) => format!("{before}{address}\n"),
            None => format!("{line}\n"),
        })
        .collect();
    lines.concat()
}

#[test]
fn a_commit_is_checked_by_the_framework() {
    let Ok(program) = std::env::var("GIT_STORE_TEST_PRE_COMMIT") else {
        return skipped("GIT_STORE_TEST_PRE_COMMIT is not set");
    };
    let world = World::new();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");
    let clone = world.git_clone("clone");
    world.run(&clone, &format!("{program} validate-manifest {manifest}")).ok();
    world.sandbox.write(&clone, ".pre-commit-config.yaml", &settings(&release(&world)));
    world.run(&clone, &format!("{program} install")).ok();
    world.sandbox.git(&clone, &["add", "."]);
    insta::assert_snapshot!(commit(&world, &clone), @"
    [INFO] Initializing environment for ~/git-store.
    check state store files..............................(no files to check)Skipped
    [ended with 0]
    ");

    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9\n  maxSize: 8");
    insta::assert_snapshot!(commit(&world, &clone), @"
    check state store files..................................................Failed
    - hook id: git-store-check-system
    - exit code: 4

    error[duplicate-key]: 'maxSize' is already set in line 14; kops takes this value and drops that one
      --> prod.example.com/instancegroup/nodes:15:3
       |
    14 |   maxSize: 9
    15 |   maxSize: 8
       |   ^^^^^^^
       |
       = note: field spec.maxSize
       = help: keep one of the two
       = note: see docs/rules/duplicate-key.md
    1 file checked: 1 error, 0 warnings

    [ended with 1]
    ");
    replace(&clone.join(NODES), "maxSize: 9\n  maxSize: 8", "maxSize: 9");
    insta::assert_snapshot!(commit(&world, &clone), @"
    check state store files..................................................Passed
    [ended with 0]
    ");
    world.run(&clone, "git store push -q").ok();
    assert!(world.stored(NODES).contains("maxSize: 9"), "the good commit was made");
    assert!(!world.store.join(".pre-commit-config.yaml").exists(), "settings stay in git");
}

fn commit(world: &World, clone: &Path) -> String {
    world.run(clone, "git commit -qam next").seen()
}
