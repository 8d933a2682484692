//! Trees with edits, against a map of paths and against `git ls-tree`.

use super::sandbox::{Sandbox, open, put, wait};
use git_store::git::{GitError, LibgitRepository, Repository as _, TreeEdit};
use git_store::model::{ObjectId, TreePath};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

type Files = BTreeMap<String, String>;
type Edits = Vec<(String, Option<String>)>;

fn paths() -> impl Strategy<Value = String> {
    // Names around '/' in byte order, where a directory sorts unlike a file.
    proptest::collection::vec("[ab](|[.0-])", 1..4).prop_map(|names| names.join("/"))
}

fn edits() -> impl Strategy<Value = Edits> {
    let edit = (paths(), proptest::option::weighted(0.7, "[xyz]"));
    proptest::collection::vec(edit, 0..12)
}

/// The files after the edits; `None` when a file would stand where a directory is.
fn expected(mut files: Files, edits: &Edits) -> Option<Files> {
    for (path, content) in edits {
        match content {
            Some(content) => files.insert(path.clone(), content.clone()),
            None => files.remove(path),
        };
    }
    let clash = files.keys().any(|path| {
        let below = format!("{path}/");
        files.range(below.clone()..).next().is_some_and(|(next, _)| next.starts_with(&below))
    });
    (!clash).then_some(files)
}

/// Only the last edit of each path, as the port's callers make them.
fn settled(edits: Edits) -> Edits {
    edits.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect()
}

fn shown(sandbox: &Sandbox, path: &Path, tree: ObjectId) -> Files {
    let listing = sandbox.git(path, &["ls-tree", "-r", "-z", &tree.to_string()]);
    let entries = listing.split('\0').filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let (meta, path_name) = entry.split_once('\t').expect("a tab");
            let blob = meta.rsplit(' ').next().expect("an id");
            assert!(meta.starts_with("100644 blob"), "{meta}");
            (path_name.to_string(), sandbox.git(path, &["cat-file", "blob", blob]))
        })
        .collect()
}

async fn read(repository: &LibgitRepository, tree: ObjectId) -> Files {
    let mut files = Files::new();
    let listing = repository.files(tree).await.expect("files");
    assert!(listing.is_sorted_by(|one, next| one.0 < next.0), "in byte order, none twice");
    for (path, entry) in listing {
        let content = repository.blob(entry.id).await.expect("a blob");
        files.insert(path.to_string(), String::from_utf8(content).expect("text"));
    }
    files
}

fn tree_edits(pack: &mut dyn git_store::git::Pack, edits: &Edits) -> Vec<TreeEdit> {
    let edit = |(path, content): &(String, Option<String>)| match content {
        Some(content) => put(&mut *pack, path, content),
        None => (TreePath::from(path.as_str()), None),
    };
    edits.iter().map(edit).collect()
}

/// Applies each round of edits on the tree before, half of them within one unfinished pack.
fn check(sandbox: &Sandbox, path: &Path, rounds: Vec<Edits>, within_one_pack: bool) {
    let repository = open(path);
    wait(async {
        let mut files = Files::new();
        let mut tree = None;
        let mut pack = repository.begin_pack().await.expect("a pack");
        for round in rounds {
            let round = settled(round);
            let edits = tree_edits(&mut *pack, &round);
            let answer = pack.tree(tree, &edits);
            match expected(files.clone(), &round) {
                Some(next) => {
                    files = next;
                    tree = Some(answer.expect("a tree"));
                }
                None => assert!(matches!(answer, Err(GitError::Path(_))), "{answer:?}"),
            }
            if !within_one_pack {
                pack.finish().await.expect("a pack");
                pack = repository.begin_pack().await.expect("a pack");
            }
        }
        pack.finish().await.expect("a pack");
        let Some(tree) = tree else { return };
        assert_eq!(read(&repository, tree).await, files);
        assert_eq!(shown(sandbox, path, tree), files);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn edits_do_what_they_do_to_a_map(rounds in proptest::collection::vec(edits(), 1..5), one: bool) {
        let sandbox = Sandbox::new();
        let path = sandbox.bare("r");
        check(&sandbox, &path, rounds, one);
        sandbox.fsck(&path);
    }

    #[test]
    fn the_difference_of_two_trees_leads_from_one_to_the_other(one in edits(), other in edits()) {
        let sandbox = Sandbox::new();
        let path = sandbox.bare("r");
        let repository = open(&path);
        let (one, other) = (settled(one), settled(other));
        let (Some(before), Some(after)) = (expected(Files::new(), &one), expected(Files::new(), &other)) else {
            return Ok(());
        };
        wait(async {
            let mut pack = repository.begin_pack().await.expect("a pack");
            let first = tree_edits(&mut *pack, &one);
            let old = pack.tree(None, &first).expect("a tree");
            let second = tree_edits(&mut *pack, &other);
            let new = pack.tree(None, &second).expect("a tree");
            pack.finish().await.expect("a pack");
            let changes = repository.diff(Some(old), Some(new)).await.expect("a diff");
            assert!(changes.is_sorted_by(|one, next| one.path < next.path), "in byte order");
            let mut files = before;
            for change in &changes {
                let content = |text: &String| ObjectId::of_blob(text.as_bytes());
                let path = change.path.to_string();
                assert_eq!(files.get(&path).map(content), change.old.map(|entry| entry.id));
                assert_ne!(change.old, change.new);
                match change.new {
                    Some(entry) => {
                        let content = repository.blob(entry.id).await.expect("a blob");
                        files.insert(path, String::from_utf8(content).expect("text"));
                    }
                    None => drop(files.remove(&path)),
                }
            }
            assert_eq!(files, after);
        });
    }
}

#[test]
fn names_that_git_refuses_are_refused() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    wait(async {
        let mut pack = repository.begin_pack().await.expect("a pack");
        let blob = pack.blob(b"x").expect("a blob");
        let long = "x/".repeat(2048) + "x";
        for name in [
            "",
            "/",
            "a//b",
            "a/",
            "/a",
            ".",
            "a/../b",
            ".git/config",
            "a/.GIT",
            "git~1",
            ".g\u{200c}it",
            ".git. /x",
            ".git::$INDEX_ALLOCATION",
            "a\0b",
            &long,
        ] {
            let answer = pack.tree(None, &[(TreePath::from(name), Some(blob))]);
            assert!(matches!(answer, Err(GitError::Path(_))), "{name:?}: {answer:?}");
        }
        let empty = pack.tree(None, &[]).expect("the empty tree");
        assert_eq!(empty.to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    });
}

#[test]
fn a_file_becomes_a_directory_in_one_call_and_back() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let rounds = [
        vec![("a", Some("1")), ("b", Some("1"))],
        vec![("a", None), ("a/b", Some("2"))],
        vec![("a", Some("3"))],
        vec![("b/x", Some("3"))],
        vec![("a/b", None), ("a", Some("4"))],
        vec![("a/none", None), ("none", None)],
        vec![("a", None), ("b", None)],
    ];
    let text =
        |(path, content): (&str, Option<&str>)| (path.to_string(), content.map(String::from));
    let rounds: Vec<Edits> =
        rounds.into_iter().map(|round| round.into_iter().map(text).collect()).collect();
    check(&sandbox, &path, rounds.clone(), true);
    check(&sandbox, &path, rounds, false);
}
