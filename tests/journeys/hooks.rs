//! Hooks of a clone: what kops would misread is not committed.

use super::world::{NODES, World, replace};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Breaks a file of the work tree, tries to commit it, and puts it back.
fn refused(world: &World, clone: &Path, from: &str, to: &str) -> String {
    replace(&clone.join(NODES), from, to);
    let seen = world.run(clone, "git commit -qam broken").fails(1);
    world.sandbox.git(clone, &["reset", "-q", "--hard"]);
    seen
}

#[test]
fn a_commit_is_checked() {
    let world = World::new();
    let clone = world.clone("clone");
    let nodes = "  role: Node\n";
    insta::assert_snapshot!(refused(&world, &clone, nodes, "  role: Node\n  role: Master\n"), @"
    error[etcd-groups]: the group 'nodes' of the control plane has no member of etcd: main, events
     --> prod.example.com/instancegroup/nodes:7:9
      |
    6 |     kops.k8s.io/cluster: prod.example.com
    7 |   name: nodes
      |         ^^^^^
      |
      = note: field metadata.name
      = help: add a member with 'instanceGroup: nodes' to each of these etcd clusters
      = note: see docs/rules/etcd-groups.md

    error[control-plane-group]: maxSize of a group of the control plane is more than 1
      --> prod.example.com/instancegroup/nodes:14:12
       |
    13 |   machineType: m6i.xlarge
    14 |   maxSize: 12
       |            ^^
       |
       = note: field spec.maxSize
       = help: write 'maxSize: 1'; for more machines add groups
       = note: see docs/rules/control-plane-group.md

    error[control-plane-group]: minSize of a group of the control plane is more than 1
      --> prod.example.com/instancegroup/nodes:15:12
       |
    14 |   maxSize: 12
    15 |   minSize: 3
       |            ^
       |
       = note: field spec.minSize
       = help: write 'minSize: 1'; for more machines add groups
       = note: see docs/rules/control-plane-group.md

    error[duplicate-key]: 'role' is already set in line 18; kops takes this value and drops that one
      --> prod.example.com/instancegroup/nodes:19:3
       |
    18 |   role: Node
    19 |   role: Master
       |   ^^^^
       |
       = note: field spec.role
       = help: keep one of the two
       = note: see docs/rules/duplicate-key.md
    1 file checked: 4 errors, 0 warnings
    ");
    insta::assert_snapshot!(refused(&world, &clone, nodes, "  role: Node\n>>>>>>> theirs\n"), @"
    error[yaml-syntax]: while scanning a block scalar, did not find expected comment or line break
      --> prod.example.com/instancegroup/nodes:19:1
       |
    18 |   role: Node
    19 | >>>>>>> theirs
       | ^
       |
       = note: see docs/rules/yaml-syntax.md

    error[conflict-marker]: a conflict marker of a merge is left in the file
      --> prod.example.com/instancegroup/nodes:19:1
       |
    18 |   role: Node
    19 | >>>>>>> theirs
       | ^^^^^^^^^^^^^^
       |
       = help: resolve the conflict and delete the marker lines
       = note: see docs/rules/conflict-marker.md
    1 file checked: 2 errors, 0 warnings
    ");
    let label = "kops.k8s.io/instancegroup: nodes";
    insta::assert_snapshot!(refused(&world, &clone, label, "kops.k8s.io/instancegroup: no"), @r#"
    error[yaml-1.1]: kops reads 'no' as the boolean false
      --> prod.example.com/instancegroup/nodes:17:32
       |
    16 |   nodeLabels:
    17 |     kops.k8s.io/instancegroup: no
       |                                ^^
       |
       = note: field spec.nodeLabels["kops.k8s.io/instancegroup"]
       = help: write 'false' if that is meant, else "no" in quotes
       = note: see docs/rules/yaml-1.1.md
    1 file checked: 1 error, 0 warnings
    "#);
    let secret = "  additionalUserData:\n  - content: |\n      AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzKEYa\n    name: x\n    type: text/x-shellscript\n  role: Node\n";
    let seen = refused(&world, &clone, nodes, secret);
    assert!(seen.contains("secret-plain") && !seen.contains("wJalrXUtn"), "{seen}");
    let log = world.run(&clone, "git log --oneline").ok();
    assert_eq!(log.lines().count(), 1, "nothing was committed");
}

#[test]
fn the_index_counts_and_not_the_work_tree() {
    let world = World::new();
    let clone = world.clone("clone");
    let (good, bad) = ("maxSize: 9", "maxSize: 9\n  maxSize: 8");
    replace(&clone.join(NODES), "maxSize: 12", bad);
    world.sandbox.git(&clone, &["add", NODES]);
    replace(&clone.join(NODES), bad, good);
    let seen = world.run(&clone, "git commit -qm half").fails(1);
    assert!(seen.contains("duplicate-key"), "what is staged is broken: {seen}");
    assert!(seen.contains("15 |   maxSize: 8"), "what is staged is shown: {seen}");

    let other = "prod.example.com/instancegroup/bastions";
    replace(&clone.join(other), "maxSize: 1", "maxSize: 2");
    world.run(&clone, &format!("git commit -qm other {other}")).ok();
    world.sandbox.git(&clone, &["add", NODES]);
    replace(&clone.join(NODES), good, bad);
    world.run(&clone, "git commit -qm good").ok();
    let committed = world.run(&clone, &format!("git show HEAD:{NODES}")).ok();
    assert!(!committed.contains("maxSize: 8"), "only what was staged is committed");
}

#[test]
fn somebody_elses_hook_runs_first() {
    let world = World::new();
    let clone = world.git_clone("clone");
    let hook = clone.join(".git/hooks/pre-commit");
    fs::create_dir_all(clone.join(".git/hooks")).expect("a directory");
    fs::write(&hook, "#!/bin/sh\necho theirs >&2\ntest ! -e forbidden\n").expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
    insta::assert_snapshot!(world.run(&clone, "git store hooks install").seen(), @"
    pre-commit: installed, another hook runs with it
    pre-merge-commit: installed
    pre-push: installed
    [ended with 0]
    ");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    replace(&clone.join(NODES), "maxSize: 9", "maxSize: 9\n  maxSize: 9");
    let seen = world.run(&clone, "git commit -qam broken").fails(1);
    assert!(seen.starts_with("theirs\n") && seen.contains("duplicate-key"), "both ran: {seen}");
    world.sandbox.git(&clone, &["checkout", "-q", "."]);
    fs::write(clone.join("forbidden"), "").expect("a file");
    replace(&clone.join(NODES), "maxSize: 9", "maxSize: 8");
    insta::assert_snapshot!(world.run(&clone, "git commit -qam theirs-refuses").seen(), @"
    theirs
    [ended with 1]
    ");
    insta::assert_snapshot!(world.run(&clone, "git store hooks uninstall").seen(), @"
    pre-commit: somebody else's; git store hooks install keeps it and runs both
    pre-merge-commit: missing
    pre-push: missing
    pre-receive: missing
    post-receive: missing
    [ended with 0]
    ");
    let back = fs::read_to_string(&hook).expect("the hook");
    assert!(back.contains("echo theirs"), "theirs is back: {back}");
}

#[test]
fn a_push_to_a_forge_is_checked() {
    let world = World::new();
    let clone = world.clone("clone");
    let forge = world.sandbox.bare("forge.git");
    world.sandbox.git(&clone, &["remote", "add", "forge", forge.to_str().expect("a plain name")]);
    world.run(&clone, "git push -q forge main").ok();
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 9\n  maxSize: 8");
    world.run(&clone, "git commit -qam broken --no-verify").ok();
    let seen = world.run(&clone, "git push -q forge main:topic").fails(1);
    assert!(seen.contains("duplicate-key"), "{seen}");
    let refs = world.sandbox.git(&forge, &["for-each-ref"]);
    assert_eq!(refs.lines().count(), 1, "the broken commit did not get there");
    let before = world.objects();
    insta::assert_snapshot!(world.run(&clone, "git store push").seen(), @"
    prod.example.com/instancegroup/nodes:15:3: error[duplicate-key]: 'maxSize' is already set in line 14; kops takes this value and drops that one
    1 error
    error: 1 error was found in what would be pushed
    hint: `git store check` shows them again after a change
    [ended with 4]
    ");
    assert_eq!(world.objects(), before, "nor does it get into the store");
}
