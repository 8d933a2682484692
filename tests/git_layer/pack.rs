//! Packs: all at once or nothing, and nothing that git complains about.

use super::sandbox::{Sandbox, commit_files, new_commit, open, put, wait};
use git_store::git::{GitError, Repository as _, TreeEntry};
use git_store::model::{ObjectId, TreePath};
use std::path::Path;

fn files_below(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            names.extend(files_below(&path));
        } else {
            names.push(path.display().to_string());
        }
    }
    names
}

#[test]
fn ten_thousand_blobs_are_one_pack_that_fsck_likes() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let contents: Vec<(String, String)> = (0..10_000)
        .map(|n| (format!("cluster{}/instancegroup/nodes-{n}", n % 100), format!("spec: {n}\n")))
        .collect();
    let files: Vec<_> = contents.iter().map(|(p, c)| (p.as_str(), c.as_str())).collect();
    let commit = commit_files(&repository, &files);
    sandbox.git(&path, &["update-ref", "refs/heads/main", &commit.to_string()]);
    sandbox.fsck(&path);
    let counts = sandbox.git(&path, &["count-objects", "-v"]);
    assert!(counts.contains("count: 0\n") && counts.contains("packs: 1\n"), "{counts}");
    assert!(counts.contains("garbage: 0\n"), "{counts}");
    sandbox.git(&path, &["gc", "-q", "--prune=now"]);
    sandbox.git(
        &path,
        &[
            "verify-pack",
            &sandbox
                .git(&path, &["rev-parse", "--git-path", "objects/pack"])
                .replace("objects/pack", &pack_name(&path)),
        ],
    );
    assert_eq!(
        sandbox.git(&path, &["ls-tree", "-r", "--name-only", "main"]).lines().count(),
        10_000
    );
    assert_eq!(sandbox.git(&path, &["show", "main:cluster7/instancegroup/nodes-107"]), "spec: 107");
}

fn pack_name(repository: &Path) -> String {
    let names = files_below(&repository.join("objects/pack"));
    let name = names.into_iter().find(|name| name.ends_with(".pack")).expect("a pack");
    name.rsplit_once("objects/").map(|(_, tail)| format!("objects/{tail}")).expect("a name")
}

#[test]
fn a_large_blob_and_many_sizes_come_back() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    wait(async {
        let mut pack = repository.begin_pack().await.expect("a pack");
        let mut ids = Vec::new();
        for size in [0, 1, 15, 16, 17, 2047, 2048, 2049, 300_000, 20_000_000] {
            let content: Vec<u8> =
                (0..size).map(|n: u32| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
            ids.push((pack.blob(&content).expect("a blob"), content));
        }
        pack.finish().await.expect("a pack");
        for (id, content) in ids {
            assert!(
                repository.blob(id).await.expect("there") == content,
                "{} bytes",
                content.len()
            );
            assert!(repository.contains(id).await.expect("a look"));
        }
    });
    sandbox.fsck(&path);
}

#[test]
fn an_unfinished_pack_leaves_nothing_and_shows_nothing() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let before = files_below(&path);
    let blob = wait(async {
        let mut pack = repository.begin_pack().await.expect("a pack");
        let blob = pack.blob(&vec![7; 1 << 20]).expect("a blob");
        let edits = [(TreePath::from("a/b"), Some(blob))];
        let tree = pack.tree(None, &edits).expect("a tree");
        assert!(!repository.contains(tree).await.expect("a look"), "not yet visible");
        blob
    });
    assert_eq!(files_below(&path), before);
    assert!(!wait(repository.contains(blob)).expect("a look"));
}

#[test]
fn an_empty_pack_and_a_repeated_one_write_nothing() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    wait(async { repository.begin_pack().await.expect("a pack").finish().await.expect("nothing") });
    assert!(files_below(&path.join("objects")).is_empty());
    let commit = commit_files(&repository, &[("a", "1"), ("b/c", "2"), ("b/d", "1")]);
    let before = files_below(&path);
    assert_eq!(commit_files(&repository, &[("a", "1"), ("b/c", "2"), ("b/d", "1")]), commit);
    assert_eq!(files_below(&path), before, "a pack of what is there");
    sandbox.git(&path, &["update-ref", "refs/heads/main", &commit.to_string()]);
    sandbox.fsck(&path);
}

#[test]
fn commits_say_what_they_were_told() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let first = commit_files(&repository, &[("a", "1")]);
    wait(async {
        let tree = repository.commit(first).await.expect("there").tree;
        let mut pack = repository.begin_pack().await.expect("a pack");
        let mut wanted = new_commit(tree, &[first]);
        wanted.message = "Two\n\nStore: s3://b\0x\n".into();
        let second = pack.commit(&wanted).expect("a commit");
        wanted.time = chrono::DateTime::from_timestamp(-5, 0).expect("a time");
        let early = pack.commit(&wanted).expect("a commit");
        pack.finish().await.expect("a pack");
        let read = repository.commit(second).await.expect("there");
        assert_eq!((read.tree, read.parents), (tree, vec![first]));
        assert_eq!(read.message, "Two\n\nStore: s3://b\u{fffd}x\n");
        assert_eq!(read.time.timestamp(), 1_700_000_000);
        let shown =
            sandbox.git(&path, &["log", "-1", "--format=%an <%ae> %cI", &second.to_string()]);
        assert_eq!(shown, "git-store <git-store@localhost> 2023-11-14T22:13:20Z");
        assert_eq!(repository.commit(early).await.expect("there").time.timestamp(), 0);
        assert!(repository.is_ancestor(first, second).await.expect("history"));
        assert!(repository.is_ancestor(first, first).await.expect("history"));
        assert!(!repository.is_ancestor(second, first).await.expect("history"));
        assert_eq!(repository.merge_base(second, early).await.expect("history"), Some(first));
        let other_root = commit_files_later(&repository).await;
        assert_eq!(repository.merge_base(second, other_root).await.expect("history"), None);
        for id in [second, early] {
            sandbox.git(&path, &["update-ref", &format!("refs/heads/{id}"), &id.to_string()]);
        }
    });
    sandbox.fsck(&path);
}

async fn commit_files_later(repository: &git_store::git::LibgitRepository) -> ObjectId {
    let mut pack = repository.begin_pack().await.expect("a pack");
    let edit = put(&mut *pack, "z", "9");
    let tree = pack.tree(None, &[edit]).expect("a tree");
    let commit = pack.commit(&new_commit(tree, &[])).expect("a commit");
    pack.finish().await.expect("a pack");
    commit
}

#[test]
fn a_missing_or_wrong_object_is_damage() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let commit = commit_files(&repository, &[("a", "1")]);
    wait(async {
        let missing = ObjectId::new([3; 20]);
        for error in [
            repository.blob(missing).await.map(drop),
            repository.blob(commit).await.map(drop),
            repository.files(missing).await.map(drop),
            repository.commit(missing).await.map(drop),
        ] {
            assert!(matches!(error, Err(GitError::Damaged(_))), "{error:?}");
        }
    });
}

#[test]
fn other_modes_stay_as_they_are() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.write(&path, "d/run.sh", "x");
    sandbox.write(&path, "d/plain", "x");
    std::os::unix::fs::symlink("plain", path.join("d/link")).expect("a link");
    sandbox.git(&path, &["update-index", "--add", "--chmod=+x", "d/run.sh"]);
    let gitlink = "160000,1234567890123456789012345678901234567890,d/module";
    sandbox.git(&path, &["update-index", "--add", "--cacheinfo", gitlink]);
    sandbox.git(&path, &["add", "d/plain", "d/link"]);
    sandbox.git(&path, &["commit", "-qm", "modes"]);
    let repository = open(&path);
    wait(async {
        let head = repository.read_ref("HEAD").await.expect("a look").expect("a commit");
        let base = repository.commit(head).await.expect("there").tree;
        let mut pack = repository.begin_pack().await.expect("a pack");
        let edit = put(&mut *pack, "d/plain", "new");
        let tree = pack.tree(Some(base), &[edit]).expect("a tree");
        pack.finish().await.expect("a pack");
        let changes = repository.diff(Some(base), Some(tree)).await.expect("a diff");
        let paths: Vec<_> = changes.iter().map(|change| change.path.to_string()).collect();
        assert_eq!(paths, ["d/plain"]);
        let modes: Vec<_> = repository.files(tree).await.expect("files");
        let modes: Vec<_> = modes.iter().map(|(_, entry)| entry.mode).collect();
        assert_eq!(modes, [0o120_000, 0o160_000, TreeEntry::REGULAR, 0o100_755]);
    });
}
