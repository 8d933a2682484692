//! The index that git names, against `HEAD`.

use super::sandbox::{Sandbox, open};
use git_store::git::{GitError, Staged};

fn changed(staged: &Staged) -> Vec<String> {
    staged.changes.iter().map(|change| change.path.to_string()).collect()
}

#[test]
fn the_index_counts_and_not_the_work_tree() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.write(&path, "config", "staged");
    sandbox.git(&path, &["add", "config"]);
    sandbox.write(&path, "config", "not staged");
    let staged = open(&path).staged().expect("before the first commit");
    assert_eq!(changed(&staged), ["config"]);
    let new = staged.changes[0].new.expect("added");
    assert_eq!(new.id, git_store::model::ObjectId::of_blob(b"staged"));
    assert_eq!(staged.changes[0].old, None);
    sandbox.git(&path, &["commit", "-qm", "one"]);
    assert_eq!(open(&path).staged().expect("read").changes, []);
    sandbox.git(&path, &["rm", "-q", "--cached", "config"]);
    sandbox.write(&path, "a/b", "new");
    sandbox.git(&path, &["add", "a/b"]);
    let staged = open(&path).staged().expect("read");
    assert_eq!(changed(&staged), ["a/b", "config"]);
    assert_eq!(staged.changes[1].new, None);
    assert_eq!(staged.files.len(), 1);
}

#[test]
fn conflicts_and_announced_files_are_told_apart() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.commit(&path, "config", "1");
    sandbox.git(&path, &["checkout", "-q", "-b", "side"]);
    sandbox.commit(&path, "config", "2");
    sandbox.git(&path, &["checkout", "-q", "main"]);
    sandbox.commit(&path, "config", "3");
    assert!(!sandbox.try_git(&path, &["merge", "-q", "side"]).0, "a conflict");
    sandbox.write(&path, "later", "x");
    sandbox.git(&path, &["add", "--intent-to-add", "later"]);
    let staged = open(&path).staged().expect("read");
    assert_eq!(staged.conflicts, ["config".into()]);
    assert_eq!(staged.announced, ["later".into()]);
}

#[test]
fn files_left_out_of_the_work_tree_are_not_deleted() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.commit(&path, "in/a", "1");
    sandbox.commit(&path, "out/b", "1");
    sandbox.git(&path, &["sparse-checkout", "set", "--no-sparse-index", "in"]);
    assert!(!path.join("out").exists());
    assert_eq!(open(&path).staged().expect("read").changes, []);
    sandbox.git(&path, &["sparse-checkout", "reapply", "--sparse-index"]);
    let error = open(&path).staged().expect_err("a sparse index");
    assert!(matches!(error, GitError::Unsupported { .. }), "{error}");
    assert!(error.to_string().contains("--no-sparse-index"), "{error}");
    sandbox.git(&path, &["sparse-checkout", "reapply", "--no-sparse-index"]);
    assert_eq!(open(&path).staged().expect("the way out leads out").changes, []);
}
