//! Two people change different fields of one object: git's own merges keep both.

use super::world::{NODES, World};
use std::path::{Path, PathBuf};

/// A clone with two branches that change neighbouring lines, which git's merge of lines calls a
/// conflict.
fn branches(world: &World) -> PathBuf {
    let clone = world.clone("ann");
    world.run(&clone, "git switch -q -c other").ok();
    world.edit(&clone, NODES, "minSize: 3", "minSize: 4  # calmer");
    world.run(&clone, "git switch -q main").ok();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 20");
    clone
}

fn has_both(clone: &Path) {
    let text = std::fs::read_to_string(clone.join(NODES)).expect("a file");
    assert!(text.contains("  maxSize: 20\n  minSize: 4  # calmer\n"), "{text}");
}

#[test]
fn merge_rebase_and_cherry_pick() {
    for line in ["git merge -q --no-edit other", "git rebase -q other", "git cherry-pick other"] {
        let world = World::new();
        let clone = branches(&world);
        world.run(&clone, line).ok();
        has_both(&clone);
        world.run(&clone, "git store push").ok();
        assert!(world.stored(NODES).contains("minSize: 4  # calmer"), "{line}");
    }
}

#[test]
fn without_the_driver_git_merges_lines() {
    let world = World::new();
    let clone = branches(&world);
    world.run(&clone, "git config --remove-section merge.git-store").ok();
    world.run(&clone, "git merge -q --no-edit other").fails(1);
}

#[test]
fn a_pull_after_kops_and_in_a_bare_repository() {
    let world = World::new();
    let clone = world.git_clone("ann");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 20");
    world.kops_edits(NODES, "minSize: 3", "minSize: 4  # calmer");
    world.run(&clone, "git push -q").fails(1);
    world.run(&clone, "git pull -q --no-rebase --no-edit").ok();
    has_both(&clone);
}

#[test]
fn a_bare_repository() {
    let world = World::new();
    let bare = world.sandbox.bare("bare.git");
    world.run(&bare, &format!("git store init {}", world.url())).ok();
    world.run(&bare, "git branch main store/store").ok();
    world.run(&world.sandbox.path(""), "git clone -q bare.git ann").ok();
    let clone = world.sandbox.path("ann");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 20");
    world.run(&clone, "git push -q").ok();
    world.kops_edits(NODES, "minSize: 3", "minSize: 4  # calmer");
    world.run(&bare, "git store pull").ok();
    world.run(&clone, "git pull -q --ff-only").ok();
    has_both(&clone);
    world.run(&bare, "git store push").ok();

    world.edit(&clone, NODES, "maxSize: 20", "maxSize: 21");
    world.run(&clone, "git push -q").ok();
    world.kops_edits(NODES, "maxSize: 20", "maxSize: 22");
    let before = world.run(&bare, "git rev-parse main").ok();
    world.run(&bare, "git store pull").fails(3);
    assert_eq!(world.run(&bare, "git rev-parse main").ok(), before, "a person decides");
}

#[test]
fn a_conflict_is_the_smallest_field() {
    let world = World::new();
    let clone = branches(&world);
    world.run(&clone, "git switch -q other").ok();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git switch -q main").ok();
    insta::assert_snapshot!(world.run(&clone, "git merge -q --no-edit other").seen(), @"
    Auto-merging prod.example.com/instancegroup/nodes
    CONFLICT (content): Merge conflict in prod.example.com/instancegroup/nodes
    Automatic merge failed; fix conflicts and then commit the result.
    prod.example.com/instancegroup/nodes: both sides changed spec.maxSize
    [ended with 1]
    ");
    let text = std::fs::read_to_string(clone.join(NODES)).expect("a file");
    let conflict = text.lines().skip_while(|line| !line.starts_with("<<<<<<<"));
    let conflict: Vec<&str> = conflict.take(8).collect();
    let conflict: Vec<&str> =
        conflict.into_iter().filter(|line| !line.starts_with("|||||||")).collect();
    insta::assert_snapshot!(conflict.join("\n"), @"
    <<<<<<< HEAD
      maxSize: 20
      maxSize: 12
    =======
      maxSize: 9
    >>>>>>> other
      minSize: 4  # calmer
    ");
}

#[test]
fn two_valid_sides_that_do_not_fit_are_not_committed() {
    let world = World::new();
    let clone = world.clone("ann");
    let set = |what: &str| {
        world.run(&clone, &format!("git store set -q prod.example.com {what}")).ok();
    };
    set("spec.networking.cilium.enableNodePort=false");
    world.run(&clone, "git switch -q -c other").ok();
    set("spec.kubeProxy.enabled=true");
    world.run(&clone, "git switch -q main").ok();
    set("spec.networking.cilium.enableNodePort=true");
    let run = world.run(&clone, "git merge -q --no-edit other");
    assert_ne!(run.code(), Some(0), "the merged whole is checked");
    let seen = run.seen();
    assert!(seen.contains("error[kube-proxy]"), "{seen}");
    let sides = "prod.example.com/config: HEAD changed spec.networking.cilium.enableNodePort; \
                 other changed spec.kubeProxy.enabled\n";
    assert!(seen.contains(sides), "{seen}");
}
