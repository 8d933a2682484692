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

/// Has git sign commits with a key that the repository trusts.
fn trust_a_key(world: &World, repositories: &[&std::path::Path]) {
    let home = world.sandbox.path("");
    world.run(&home, "ssh-keygen -q -t ed25519 -N '' -f key").ok();
    let key = std::fs::read_to_string(world.sandbox.path("key.pub")).expect("a key");
    world.sandbox.write(&home, "signers", &format!("ann@example.com {key}"));
    for repository in repositories {
        let signers = world.sandbox.path("signers").display().to_string();
        let key = world.sandbox.path("key").display().to_string();
        world.sandbox.git(repository, &["config", "gpg.format", "ssh"]);
        world.sandbox.git(repository, &["config", "gpg.ssh.allowedSignersFile", &signers]);
        world.sandbox.git(repository, &["config", "user.signingKey", &key]);
    }
}

/// Has the accepted branch demand that words be signed.
fn demand_signatures(world: &World, clone: &std::path::Path) {
    world.sandbox.write(clone, ".git-store/policy.yaml", "signedWords: true\n");
    world.run(clone, "git add .git-store").ok();
    world.run(clone, "git commit -qm policy").ok();
}

#[test]
fn where_words_must_be_signed_others_do_not_count() {
    let world = World::new();
    let clone = world.clone("ann");
    trust_a_key(&world, &[&clone]);
    demand_signatures(&world, &clone);
    world.run(&clone, "git store push").ok();
    change(&world, &clone, &format!("A smaller range\n\nAllow: {WORD} nobody uses the rest"));
    let before = world.objects();
    let refused = world.run(&clone, &format!("git store push --allow {WORD}")).fails(4);
    assert!(refused.contains(&format!("ends with `Allow: {WORD} reason`")), "{refused}");
    assert!(!refused.contains("git store push --allow"), "no hint that cannot help: {refused}");
    world.run(&clone, &format!("git push -o allow={WORD} store main")).fails(1);
    world.run(&clone, &format!("git store check --range HEAD~1..HEAD --allow {WORD}")).fails(4);
    assert_eq!(world.objects(), before);
    world.run(&clone, "git commit -q --amend --no-edit -S").ok();
    world.run(&clone, "git store check --range HEAD~1..HEAD").ok();
    world.run(&clone, "git store push").ok();
    assert!(world.stored(CONFIG).contains("100.64.0.0/11"));
}

#[test]
fn a_server_trusts_its_own_keys() {
    let world = World::new();
    let (server, clone) = serve(&world);
    world.run(&clone, "git store hooks install").ok();
    trust_a_key(&world, &[&clone]);
    demand_signatures(&world, &clone);
    world.run(&clone, "git push -q").ok();
    change(&world, &clone, &format!("A smaller range\n\nAllow: {WORD} nobody uses the rest"));
    world.run(&clone, "git commit -q --amend --no-edit -S").ok();
    let before = world.objects();
    let refused = world.run(&clone, "git push").fails(1);
    assert!(refused.contains("signed commit"), "the server does not know the key: {refused}");
    assert_eq!(world.objects(), before);
    let signers = world.sandbox.path("signers").display().to_string();
    world.sandbox.git(&server, &["config", "gpg.ssh.allowedSignersFile", &signers]);
    world.run(&clone, "git push -q").ok();
    assert!(world.stored(CONFIG).contains("100.64.0.0/11"));
}
