//! Policies: what a repository demands of its own clusters.

use super::server::serve;
use super::world::{NODES, World, replace};
use std::path::Path;

const FILE: &str = ".git-store/policy.yaml";
const POLICY: &str = "\
policies:
- name: small-groups
  message: a group has at most 12 machines
  match: {kind: InstanceGroup}
  field: spec.maxSize
  expression: object.spec.maxSize <= 12
";

fn add_policy(world: &World, clone: &Path) {
    world.sandbox.write(clone, FILE, POLICY);
    world.run(clone, &format!("git add {FILE}")).ok();
    world.run(clone, "git commit -qm policies").ok();
}

/// Breaks the policy and weakens it, in two commits that nobody has looked at.
fn weaken_and_break(world: &World, clone: &Path) {
    replace(&clone.join(FILE), "maxSize <= 12", "maxSize <= 99");
    world.run(clone, "git commit -qam weaker --no-verify").ok();
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 50");
    world.run(clone, "git commit -qam larger --no-verify").ok();
}

#[test]
fn a_commit_is_judged_by_the_branch_that_it_goes_to() {
    let world = World::new();
    let clone = world.clone("clone");
    add_policy(&world, &clone);
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 50");
    insta::assert_snapshot!(world.run(&clone, "git commit -qam larger").seen(), @"
    error[policy]: small-groups: a group has at most 12 machines
      --> prod.example.com/instancegroup/nodes:14:12
       |
    13 |   machineType: m6i.xlarge
    14 |   maxSize: 50
       |            ^^
       |
       = note: field spec.maxSize
       = note: see docs/rules/policy.md
    1 file checked: 1 error, 0 warnings
    [ended with 1]
    ");
    replace(&clone.join(FILE), "maxSize <= 12", "maxSize <= 99");
    let seen = world.run(&clone, "git commit -qam weaker-and-larger").fails(1);
    assert!(seen.contains("error[policy]"), "the weaker file does not count yet: {seen}");

    world.sandbox.git(&clone, &["checkout", "-q", NODES]);
    replace(&clone.join(FILE), "maxSize <= 99", "maxSize <=");
    insta::assert_snapshot!(world.run(&clone, "git commit -qam broken").seen(), @"
    error[policy-file]: the expression ends too early
     --> .git-store/policy.yaml:6:37
      |
    5 |   field: spec.maxSize
    6 |   expression: object.spec.maxSize <=
      |                                     ^
      |
      = note: field expression
      = note: see docs/rules/policy-file.md
    1 file checked: 1 error, 0 warnings
    [ended with 1]
    ");
}

#[test]
fn a_push_to_the_store_is_judged_by_what_the_store_has_seen() {
    let world = World::new();
    let clone = world.clone("clone");
    add_policy(&world, &clone);
    world.run(&clone, "git store push").ok();
    let before = world.objects();
    assert!(before.keys().all(|key| !key.contains("policy")), "a policy file is no object");
    weaken_and_break(&world, &clone);
    insta::assert_snapshot!(world.run(&clone, "git store push").seen(), @"
    prod.example.com/instancegroup/nodes:14:12: error[policy]: small-groups: a group has at most 12 machines
    1 error
    error: 1 error was found in what would be pushed
    hint: `git store check` shows them again after a change
    [ended with 4]
    ");
    assert_eq!(world.objects(), before, "nothing was written");
    world.run(&clone, "git store check").fails(4);
    world.run(&clone, "git store check --range HEAD~2..HEAD").fails(4);
    world.run(&clone, "git store check --range HEAD~1..HEAD").ok();
    let file = world.run(&clone, &format!("git store check --policy {FILE} {NODES}"));
    assert!(file.ok().contains("0 errors"), "the file that is named counts instead");

    world.run(&clone, "git store push HEAD~1").ok();
    world.run(&clone, "git store push").ok();
    assert!(world.stored(NODES).contains("maxSize: 50"), "once accepted, the weaker file counts");
}

#[test]
fn a_server_judges_a_push_by_what_the_branch_was() {
    let world = World::new();
    let (_, clone) = serve(&world);
    add_policy(&world, &clone);
    world.run(&clone, "git push -q").ok();
    replace(&clone.join(NODES), "maxSize: 12", "maxSize: 50");
    world.run(&clone, "git commit -qam larger").ok();
    insta::assert_snapshot!(world.run(&clone, "git push").seen(), @"
    remote: In commit <id>:        
    remote: error[policy]: small-groups: a group has at most 12 machines        
    remote:   --> prod.example.com/instancegroup/nodes:14:12        
    remote:    |        
    remote: 13 |   machineType: m6i.xlarge        
    remote: 14 |   maxSize: 50        
    remote:    |            ^^        
    remote:    |        
    remote:    = note: field spec.maxSize        
    remote:    = note: see docs/rules/policy.md        
    remote: 
    remote: 1 file checked: 1 error, 0 warnings        
    To ~/server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '~/server.git'
    [ended with 1]
    ");
    for branch in ["main", "topic"] {
        world.sandbox.git(&clone, &["reset", "-q", "--hard", "origin/main"]);
        weaken_and_break(&world, &clone);
        let seen = world.run(&clone, &format!("git push origin HEAD:{branch}")).fails(1);
        assert!(seen.contains("error[policy]"), "{branch}: {seen}");
    }
    assert!(world.stored(NODES).contains("maxSize: 12"), "nothing came to the store");
    world.run(&clone, "git push -q origin HEAD~1:main").ok();
    world.run(&clone, "git push -q origin HEAD:main").ok();
    assert!(world.stored(NODES).contains("maxSize: 50"), "once accepted, the weaker file counts");
}
