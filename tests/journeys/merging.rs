//! Two people change different fields of one object: git's own merges keep both.

use super::world::{NODES, World, replace};
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
    world.run(&clone, "git config --unset merge.git-store.driver").ok();
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

    let bare = world.sandbox.bare("bare.git");
    world.run(&bare, &format!("git store init {}", world.url())).ok();
    world.run(&bare, "git branch main store/store").ok();
    world.run(&clone, &format!("git push -q {} main", bare.display())).ok();
    world.kops_edits(NODES, "minSize: 4", "minSize: 5");
    world.run(&bare, "git store pull").ok();
    let merged = world.run(&bare, &format!("git show main:{NODES}")).ok();
    assert!(merged.contains("  maxSize: 20\n  minSize: 5  # calmer\n"), "{merged}");
}

#[test]
fn a_conflict_is_the_smallest_field() {
    let world = World::new();
    let clone = branches(&world);
    world.run(&clone, "git switch -q other").ok();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git switch -q main").ok();
    insta::assert_snapshot!(world.run(&clone, "git merge -q --no-edit other").seen(), @"");
    let text = std::fs::read_to_string(clone.join(NODES)).expect("a file");
    let conflict = text.lines().skip_while(|line| !line.starts_with("<<<<<<<"));
    let conflict: Vec<&str> = conflict.take(8).collect();
    insta::assert_snapshot!(conflict.join("\n"), @"");
}

#[test]
fn two_valid_sides_that_do_not_fit_are_not_committed() {
    let world = World::new();
    let clone = world.clone("ann");
    world.run(&clone, "git switch -q -c other").ok();
    let file = "prod.example.com/instancegroup/nodes";
    world.edit(&clone, file, "  - eu-central-1c\n", "  - utility-eu-central-1c\n");
    world.run(&clone, "git switch -q main").ok();
    let config = "prod.example.com/config";
    let text = std::fs::read_to_string(clone.join(config)).expect("a file");
    let start = text.find("    name: utility-eu-central-1c\n").expect("the subnet");
    let item = text[..start].rfind("  - ").expect("its item");
    let rest = text[start..].find("  - ").map_or(text.len(), |at| start + at);
    let rest = text[start..rest].find("\n  topology").map_or(rest, |at| start + at + 1);
    replace(&clone.join(config), &text[item..rest], "");
    world.run(&clone, "git commit -qam 'one subnet less'").ok();
    let run = world.run(&clone, "git merge -q --no-edit other");
    assert_ne!(run.code(), Some(0), "the merged whole is checked");
    let seen = run.seen();
    assert!(seen.contains("group-subnets"), "{seen}");
}
