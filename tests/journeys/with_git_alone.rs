//! The same with nothing but git, through the remote helper.

use super::world::{NODES, OTHER, World};
use std::fs;

#[test]
fn clone_fetch_diff_merge_push() {
    let world = World::new();
    let home = world.sandbox.path("");
    let line = format!("git clone store::{} clusters", world.url());
    insta::assert_snapshot!(world.run(&home, &line).seen(), @"
    Cloning into 'clusters'...
    [ended with 0]
    ");
    let clone = world.sandbox.path("clusters");

    world.kops_edits(OTHER, "maxSize: 4", "maxSize: 5");
    insta::assert_snapshot!(world.run(&clone, "git fetch").seen(), @"
    From store::file://~/state
       <id>..<id>  main       -> origin/main
    [ended with 0]
    ");
    insta::assert_snapshot!(world.run(&clone, "git diff -U0 origin/main").seen(), @"
    diff --git a/staging.example.com/instancegroup/nodes b/staging.example.com/instancegroup/nodes
    index <id>..<id> 100644
    --- a/staging.example.com/instancegroup/nodes
    +++ b/staging.example.com/instancegroup/nodes
    @@ -14 +14 @@ spec:
    -  maxSize: 5
    +  maxSize: 4
    [ended with 0]
    ");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    To store::file://~/state
     ! [rejected]        main -> main (non-fast-forward)
    error: failed to push some refs to 'store::file://~/state'
    hint: Updates were rejected because the tip of your current branch is behind
    hint: its remote counterpart. If you want to integrate the remote changes,
    hint: use 'git pull' before pushing again.
    hint: See the 'Note about fast-forwards' in 'git push --help' for details.
    [ended with 1]
    ");
    world.run(&clone, "git merge -q --no-edit origin/main").ok();
    insta::assert_snapshot!(world.run(&clone, "git push --dry-run").seen(), @"
    Nothing was written: this was a dry run.
    To store::file://~/state
       <id>..<id>  main -> main
    [ended with 0]
    ");
    assert!(!world.stored(NODES).contains("maxSize: 9"), "a dry run changes nothing");
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    ~ prod.example.com/instancegroup/nodes: applied
    1 of 1 object written
    The store equals <id>.
    To store::file://~/state
       <id>..<id>  main -> main
    [ended with 0]
    ");
    assert!(world.stored(NODES).contains("maxSize: 9"), "the store was changed");
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    Everything up-to-date
    [ended with 0]
    ");
    world.sandbox.fsck(&clone);
    world.run(&clone, "git store verify --deep main").ok();
}

#[test]
fn every_way_to_bring_changes_in() {
    let world = World::new();
    let clone = world.git_clone("clone");
    for (number, command) in
        ["pull -q --no-rebase --no-edit", "pull -q --rebase", "remote update", "fetch --all"]
            .iter()
            .enumerate()
    {
        world.kops_edits(
            OTHER,
            &format!("maxSize: {}", number + 4),
            &format!("maxSize: {}", number + 5),
        );
        world.edit(
            &clone,
            NODES,
            &format!("maxSize: {}", 12 + number),
            &format!("maxSize: {}", 13 + number),
        );
        world.run(&clone, &format!("git {command}")).ok();
        let seen = world.run(&clone, &format!("git show origin/main:{OTHER}")).ok();
        assert!(seen.contains(&format!("maxSize: {}", number + 5)), "git {command} brought it");
    }
    world.run(&clone, "git merge -q --no-edit origin/main").ok();
    world.run(&clone, "git push -q").ok();
    world.run(&clone, "git store verify --deep main").ok();
}

#[test]
fn ls_remote_inside_and_outside() {
    let world = World::new();
    let clone = world.git_clone("clone");
    let inside = world.run(&clone, "git ls-remote origin").ok();
    insta::assert_snapshot!(inside, @"
    <id>	refs/heads/main
    <id>	HEAD
    ");
    let home = world.sandbox.path("");
    let outside = world.run(&home, &format!("git ls-remote store::{}", world.url())).ok();
    insta::assert_snapshot!(outside, @"
    <id>	refs/heads/main
    <id>	HEAD
    ");
    assert_eq!(fs::read_dir(&home).expect("a directory").count(), 3, "nothing was left behind");
}

#[test]
fn only_the_branch_goes_forward() {
    let world = World::new();
    let clone = world.git_clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git push -q").ok();
    world.edit(&clone, NODES, "maxSize: 9", "maxSize: 7");
    world.sandbox.git(&clone, &["tag", "v1"]);
    let before = world.objects();
    let mut seen = String::new();
    for line in [
        "git push origin v1",
        "git push origin main:other",
        "git push origin +main~2:main",
        "git push origin :main",
        "git push -o ci.skip",
        "git push --mirror",
    ] {
        seen += &format!("$ {line}\n{}", world.run(&clone, line).seen());
    }
    insta::assert_snapshot!(seen, @"
    $ git push origin v1
    To store::file://~/state
     ! [remote rejected] v1 -> v1 (a store holds no tags)
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    $ git push origin main:other
    To store::file://~/state
     ! [remote rejected] main -> other (a store has one branch, main; push HEAD:main)
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    $ git push origin +main~2:main
    To store::file://~/state
     ! [remote rejected] main~2 -> main (a store cannot be pushed by force; fetch and merge first)
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    $ git push origin :main
    To store::file://~/state
     ! [remote rejected] main (the branch of a store cannot be deleted; delete its files in a commit)
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    $ git push -o ci.skip
    To store::file://~/state
     ! [remote rejected] main -> main ('ci.skip' is no push option)
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    $ git push --mirror
    To store::file://~/state
     ! [remote rejected] main -> main (a store cannot be pushed by force; fetch and merge first)
     ! [remote rejected] HEAD (the branch of a store cannot be deleted; delete its files in a commit)
     ! [remote rejected] refs/notes/store -> refs/notes/store (a store has one branch, main; push HEAD:main)
     ! [remote rejected] origin/HEAD -> origin/HEAD (a store has one branch, main; push HEAD:main)
     ! [remote rejected] origin/main -> origin/main (a store has one branch, main; push HEAD:main)
     ! [remote rejected] refs/store/origin/journal -> refs/store/origin/journal (a store has one branch, main; push HEAD:main)
     ! [remote rejected] refs/store/origin/manifest -> refs/store/origin/manifest (a store has one branch, main; push HEAD:main)
     ! [remote rejected] v1 -> v1 (a store holds no tags)
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    ");
    assert_eq!(world.objects(), before, "a refused push changes nothing");
}

#[test]
fn deletions_need_a_push_option() {
    let world = World::new();
    let clone = world.git_clone("clone");
    let key = "prod.example.com/secrets/admin";
    world.sandbox.git(&clone, &["rm", "-q", key]);
    world.sandbox.git(&clone, &["commit", "-qm", "no more admin"]);
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    hint: if that is meant, type `git store push --allow-delete='prod.example.com/secrets/admin'` or `git push -o allow-delete='prod.example.com/secrets/admin'`
    To store::file://~/state
     ! [remote rejected] main -> main (this would delete private keys or secrets, which cannot be made again ('prod.example.com/secrets/admin'))
    error: failed to push some refs to 'store::file://~/state'
    [ended with 1]
    ");
    assert!(world.store.join(key).exists(), "nothing was deleted");
    world.run(&clone, &format!("git push -q -o allow-delete={key}")).ok();
    assert!(!world.store.join(key).exists(), "it is gone");
}

#[test]
fn from_a_subdirectory_and_a_linked_worktree() {
    let world = World::new();
    let clone = world.git_clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone.join("prod.example.com/instancegroup"), "git push -q").ok();
    assert!(world.stored(NODES).contains("maxSize: 9"), "pushed from a subdirectory");
    world.run(&clone, "git worktree add -q -b feature ../linked").ok();
    let linked = world.sandbox.path("linked");
    world.edit(&linked, NODES, "maxSize: 9", "maxSize: 7");
    world.run(&linked, "git push -q origin feature:main").ok();
    assert!(world.stored(NODES).contains("maxSize: 7"), "pushed from a linked worktree");
    world.edit(&linked, NODES, "maxSize: 7", "maxSize: 6");
    world.run(&linked, "git store push feature").ok();
    world.run(&linked, "git store verify --deep feature").ok();
}

#[test]
fn an_empty_store_takes_its_first_content() {
    let world = World::empty();
    let home = world.sandbox.path("");
    insta::assert_snapshot!(world.run(&home, &format!("git clone store::{} new", world.url())).seen(), @"
    Cloning into 'new'...
    warning: You appear to have cloned an empty repository.
    [ended with 0]
    ");
    let clone = world.sandbox.path("new");
    let example = World::new();
    for zone in ["a", "b", "c"] {
        let key = format!("prod.example.com/instancegroup/control-plane-eu-central-1{zone}");
        world.sandbox.write(&clone, &key, &example.stored(&key));
    }
    let key = "prod.example.com/instancegroup/nodes";
    world.sandbox.write(&clone, key, &example.stored(key));
    world.sandbox.write(
        &clone,
        "prod.example.com/config",
        &example.stored("prod.example.com/config"),
    );
    world.sandbox.git(&clone, &["add", "."]);
    world.sandbox.git(&clone, &["commit", "-qm", "first"]);
    insta::assert_snapshot!(world.run(&clone, "git push -u origin main").seen(), @"
    branch 'main' set up to track 'origin/main'.
    + prod.example.com/instancegroup/control-plane-eu-central-1a: applied
    + prod.example.com/instancegroup/control-plane-eu-central-1b: applied
    + prod.example.com/instancegroup/control-plane-eu-central-1c: applied
    + prod.example.com/instancegroup/nodes: applied
    + prod.example.com/config: applied
    5 of 5 objects written
    The store equals <id>.
    To store::file://~/state
     * [new branch]      main -> main
    [ended with 0]
    ");
    assert_eq!(world.objects().len(), 5, "the store has all objects");
    world.run(&clone, "git store verify --deep main").ok();
}

/// Somebody's settings of line ends never change a byte of the store.
#[test]
fn line_ends_stay_as_they_are() {
    let world = World::new();
    let settings = world.sandbox.path(".gitconfig");
    let text = fs::read_to_string(&settings).expect("git's settings");
    fs::write(&settings, text + "[core]\n\tautocrlf = true\n\teol = crlf\n")
        .expect("git's settings");
    world.kops_edits("prod.example.com/kops-version.txt", "", "1.34\r\n");
    let before = world.objects();
    let clone = world.git_clone("clone");
    let file = |key: &str| fs::read(clone.join(key)).expect("a file");
    for key in [NODES, "prod.example.com/kops-version.txt"] {
        assert_eq!(file(key), before[key], "{key} was checked out as it is");
    }
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git push -q").ok();
    assert_eq!(world.objects()[NODES], file(NODES), "and goes back as it is");
}
