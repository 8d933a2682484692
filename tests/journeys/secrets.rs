//! Keys, secrets and credentials of the store reach no byte of git and of output.

use super::world::{NODES, World};
use crate::sandbox::bytes_below;
use std::collections::BTreeSet;
use std::path::Path;

/// What stands in withheld objects and nowhere else: key material, secrets, the credential.
fn canaries(world: &World) -> BTreeSet<Vec<u8>> {
    let mut objects = world.objects();
    let manifest = "prod.example.com/manifests/etcd/main-control-plane-eu-central-1a.yaml";
    let text = String::from_utf8(objects.remove(manifest).expect("it is there")).expect("text");
    let line = text.lines().find(|line| line.contains("NOT-A-SECRET")).expect("a credential");
    objects.insert("/secrets/credential".into(), line.as_bytes().to_vec());
    let is_withheld = |key: &str| key.contains("/pki/private/") || key.contains("/secrets/");
    let of = |withheld: bool| {
        let files = objects.iter().filter(move |(key, _)| is_withheld(key) == withheld);
        files
            .flat_map(|(key, content)| words(key.as_bytes()).chain(words(content)))
            .collect::<BTreeSet<_>>()
    };
    let names: BTreeSet<Vec<u8>> = objects.keys().flat_map(|key| words(key.as_bytes())).collect();
    let (plain, withheld) = (of(false), of(true));
    withheld.into_iter().filter(|word| !plain.contains(word) && !names.contains(word)).collect()
}

fn words(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let is_other = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"+/=_-".contains(byte);
    bytes.split(is_other).filter(|word| word.len() >= 12).map(<[u8]>::to_vec)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// Everything that a repository holds: objects unpacked, and every file as it is.
fn everything(world: &World, repository: &Path) -> Vec<u8> {
    let arguments = ["cat-file", "--batch-all-objects", "--batch", "--unordered"];
    let mut all = world.sandbox.command(repository, &arguments).output().expect("git runs").stdout;
    for (name, content) in bytes_below(repository) {
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(&content);
    }
    all
}

#[test]
fn no_secret_reaches_git_or_output() {
    let world = World::new();
    let canaries = canaries(&world);
    assert!(canaries.len() >= 3, "there is something to look for: {}", canaries.len());
    let home = world.sandbox.path("");
    let mut said = String::new();
    for line in [
        format!("git store clone {} one -vv", world.url()),
        format!("git clone store::{} two", world.url()),
    ] {
        let run = world.run(&home, &line);
        assert_eq!(run.code(), Some(0), "{line}");
        said += &(run.stdout + &run.stderr);
    }
    let one = world.sandbox.path("one");
    world.edit(&one, NODES, "maxSize: 12", "maxSize: 9");
    world.kops_edits("prod.example.com/secrets/admin", "=", "");
    for command in ["plan", "push", "fetch", "status", "verify --deep", "check", "doctor"] {
        for json in ["", " --json"] {
            let run = world.run(&one, &format!("git store {command}{json} --stats -vv"));
            said += &(run.stdout + &run.stderr);
        }
    }
    for repository in [&one, &world.sandbox.path("two")] {
        let all = everything(&world, repository);
        for canary in &canaries {
            let shown = String::from_utf8_lossy(canary);
            assert!(!contains(&all, canary), "'{shown}' is in {}", repository.display());
            assert!(!contains(said.as_bytes(), canary), "'{shown}' was printed");
        }
    }
}
