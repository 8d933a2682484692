//! Fields are changed from the command line: bytes stay, and a commit is made.

use super::world::{NODES, World};
use std::fs;

#[test]
fn set_changes_a_field_and_makes_a_commit() {
    let world = World::new();
    let clone = world.clone("ann");
    insta::assert_snapshot!(
        world.run(&clone, "git store set prod.example.com/nodes spec.maxSize=15 -m 'Grow nodes'").seen(), @"
    ~ prod.example.com/instancegroup/nodes
        @@ -11,7 +11,7 @@
             httpPutResponseHopLimit: 1
             httpTokens: required
           machineType: m6i.xlarge
        -  maxSize: 12
        +  maxSize: 15
           minSize: 3
           nodeLabels:
             kops.k8s.io/instancegroup: nodes
    [ended with 0]
    ");
    assert_eq!(world.run(&clone, "git log -1 --format=%s").ok(), "Grow nodes\n");
    assert_eq!(world.run(&clone, "git status --porcelain").ok(), "");
    world.run(&clone, "git store push").ok();
    let stored = world.stored(NODES);
    assert!(stored.contains("  maxSize: 15\n  minSize: 3\n"), "{stored}");
}

#[test]
fn text_stays_text_and_other_bytes_stay() {
    let world = World::new();
    let clone = world.clone("ann");
    let config = clone.join("prod.example.com/config");
    let before = fs::read_to_string(&config).expect("a file");
    world.run(&clone, "git store set prod.example.com spec.kubernetesVersion=1.34").ok();
    let after = fs::read_to_string(&config).expect("a file");
    let line = |text: &str| {
        text.lines().find(|line| line.contains("kubernetesVersion")).map(str::to_owned)
    };
    assert_eq!(line(&after).as_deref(), Some("  kubernetesVersion: \"1.34\""));
    let rest = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.contains("kubernetesVersion")).map(str::to_owned).collect()
    };
    assert_eq!(rest(&after), rest(&before));
}

#[test]
fn what_kops_would_drop_is_put_back() {
    let world = World::new();
    let clone = world.clone("ann");
    let config = clone.join("prod.example.com/config");
    let before = fs::read(&config).expect("a file");
    let run = world.run(&clone, "git store set prod.example.com spec.kubernetesVersoin=1.34.1");
    assert_eq!(run.code(), Some(4));
    let seen = run.seen();
    assert!(seen.contains("unknown-field"), "{seen}");
    assert_eq!(fs::read(&config).expect("a file"), before);
    world.run(&clone, "git diff --exit-code HEAD").ok();
}

#[test]
fn overlays_are_merged_into_the_objects_they_name() {
    let world = World::new();
    let clone = world.clone("ann");
    let overlay = "kind: InstanceGroup\nmetadata:\n  name: nodes\n  labels:\n    kops.k8s.io/cluster: prod.example.com\nspec:\n  maxSize: 30\n  nodeLabels:\n    team: blue\n---\nkind: Cluster\nmetadata:\n  name: staging.example.com\nspec:\n  channel: alpha\n";
    fs::write(world.sandbox.path("overlay.yaml"), overlay).expect("a file");
    let dry = world.run(&clone, "git store apply -f ../overlay.yaml --dry-run").ok();
    assert!(dry.contains("+  maxSize: 30"), "{dry}");
    world.run(&clone, "git diff --exit-code HEAD").ok();
    world.run(&clone, "git store apply -f ../overlay.yaml").ok();
    insta::assert_snapshot!(world.run(&clone, "git store diff --semantic").ok(), @"
    ~ prod.example.com/instancegroup/nodes
        spec.maxSize: 12 -> 30
        spec.nodeLabels.team: (none) -> blue
    ~ staging.example.com/config
        spec.channel: stable -> alpha
    ");
    world.run(&clone, "git store push").ok();
    assert!(world.stored(NODES).contains("    team: blue\n"), "{}", world.stored(NODES));
}

#[test]
fn what_is_not_clear_is_refused_and_changes_nothing() {
    let world = World::new();
    let clone = world.clone("ann");
    for (line, code) in [
        ("git store set prod.example.com spec.kubernetesVersion", 64),
        ("git store set nowhere.example.com spec.a=1", 64),
        ("git store set prod.example.com/none spec.a=1", 64),
        ("git store set prod.example.com spec.subnets[none].cidr=10.0.0.0/16", 64),
        ("git store set prod.example.com spec.channel.x=1", 64),
        ("git store set prod.example.com 'spec[=1'", 64),
        ("git store apply -f /dev/null", 64),
    ] {
        world.run(&clone, line).fails(code);
    }
    world.run(&clone, "git diff --exit-code HEAD").ok();
    fs::write(clone.join(NODES), "mine\n").expect("a file");
    world.run(&clone, "git store set prod.example.com/nodes spec.maxSize=1").fails(7);
    assert_eq!(fs::read_to_string(clone.join(NODES)).expect("a file"), "mine\n");
}
