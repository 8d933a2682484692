//! A dangerous change needs a word: an argument, a push option, or a trailer of a commit.

use super::server::serve;
use super::world::World;

const CONFIG: &str = "prod.example.com/config";
const WORD: &str = "change-cidr:prod.example.com/config";

/// Changes a range of a cluster that runs; the commit is made, with a warning.
fn change(world: &World, clone: &std::path::Path, message: &str) {
    super::world::replace(
        &clone.join(CONFIG),
        "nonMasqueradeCIDR: 100.64.0.0/10",
        "nonMasqueradeCIDR: 100.64.0.0/11",
    );
    let run = world.sandbox.program(clone, &["git", "commit", "-q", "-a", "-m", message]).output();
    let run = run.expect("git runs");
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{said}");
    assert!(said.contains("warning[change-cidr]"), "{said}");
}

#[test]
fn a_push_to_the_store() {
    let world = World::new();
    let clone = world.clone("ann");
    change(&world, &clone, "A smaller range");
    let before = world.objects();
    let run = world.run(&clone, "git store push");
    assert_eq!(run.code(), Some(4));
    let seen = run.seen();
    assert!(seen.contains("change-cidr"), "{seen}");
    world.run(&clone, "git push -q store main").fails(1);
    world.run(&clone, "git store push --allow nonsense").fails(64);
    assert_eq!(world.objects(), before);
    world.run(&clone, &format!("git store plan --allow {WORD}")).ok();
    world.run(&clone, &format!("git push -q -o allow={WORD} store main")).ok();
    assert!(world.stored(CONFIG).contains("100.64.0.0/11"));
}

#[test]
fn a_trailer_says_it_for_good() {
    let world = World::new();
    let clone = world.clone("ann");
    change(&world, &clone, &format!("A smaller range\n\nAllow: {WORD} nobody uses the rest"));
    world.edit(&clone, super::world::NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git store push").ok();
    assert!(world.stored(CONFIG).contains("100.64.0.0/11"));
}

#[test]
fn a_push_to_a_server() {
    let world = World::new();
    let (_, clone) = serve(&world);
    world.run(&clone, "git store hooks install").ok();
    change(&world, &clone, "A smaller range");
    let run = world.run(&clone, "git push");
    assert_eq!(run.code(), Some(1));
    let seen = run.seen();
    assert!(seen.contains("change-cidr"), "{seen}");
    world.run(&clone, &format!("git push -q -o allow={WORD}")).ok();
    assert!(world.stored(CONFIG).contains("100.64.0.0/11"));
}
