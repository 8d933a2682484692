//! New commits and what they change.

use super::hostile::{Lab, commit_tree};
use super::sandbox::{Sandbox, id, open};
use git_store::git::{GitError, Incoming};
use git_store::model::ObjectId;

fn paths(incoming: &Incoming) -> Vec<String> {
    incoming.changes.iter().map(|change| change.path.to_string()).collect()
}

#[test]
fn new_commits_are_those_that_rev_list_names_oldest_first() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    let one = sandbox.commit(&path, "a", "1");
    let two = sandbox.commit(&path, "a", "2");
    sandbox.git(&path, &["checkout", "-q", "-b", "side", &one.to_string()]);
    let side = sandbox.commit(&path, "b", "1");
    sandbox.git(&path, &["merge", "-q", "-m", "merge", "main"]);
    let merge = id(&sandbox.git(&path, &["rev-parse", "HEAD"]));
    sandbox.git(&path, &["tag", "-a", "-m", "t", "v1"]);
    sandbox.git(&path, &["tag", "-a", "-m", "t", "v2", "v1"]);
    let tag = id(&sandbox.git(&path, &["rev-parse", "v2"]));
    let repository = open(&path);
    let commits = repository.new_commits(&[merge], &[two], 10).expect("history");
    assert_eq!(commits, [side, merge]);
    assert_eq!(repository.new_commits(&[tag], &[two], 10).expect("history"), [side, merge]);
    assert_eq!(repository.new_commits(&[merge], &[tag], 10).expect("history"), []);
    assert_eq!(repository.new_commits(&[], &[], 10).expect("history"), []);
    let all = repository.new_commits(&[merge], &[], 10).expect("history");
    assert_eq!((all.len(), all[0], all[3]), (4, one, merge));
    let error = repository.new_commits(&[merge], &[], 3).expect_err("too many");
    assert!(matches!(error, GitError::Unsupported { .. }), "{error}");
    let blob = ObjectId::of_blob(b"1");
    repository.new_commits(&[blob], &[], 3).expect_err("no commit");
    repository.new_commits(&[merge], &[blob], 10).expect("a blob hides nothing");
}

#[test]
fn a_merge_changes_what_differs_from_every_parent() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    let one = sandbox.commit(&path, "a", "1");
    sandbox.commit(&path, "theirs", "1");
    sandbox.git(&path, &["checkout", "-q", "-b", "side", &one.to_string()]);
    sandbox.commit(&path, "ours", "1");
    sandbox.git(&path, &["merge", "-q", "--no-commit", "main"]);
    sandbox.write(&path, "evil", "1");
    sandbox.git(&path, &["add", "evil"]);
    sandbox.git(&path, &["commit", "-qm", "merge"]);
    let merge = id(&sandbox.git(&path, &["rev-parse", "HEAD"]));
    let repository = open(&path);
    assert_eq!(paths(&repository.incoming(merge, &mut 100).expect("read")), ["evil"]);
    let first = repository.incoming(one, &mut 100).expect("read");
    assert_eq!(paths(&first), ["a"]);
    assert_eq!((first.commit.parents.len(), first.hostile.len()), (0, 0));
}

#[test]
fn a_hostile_commit_is_reported_and_read_as_far_as_it_can_be() {
    let lab = Lab::new();
    let link = lab.tree(&[(0o120_000, b"config", lab.blob)]);
    let twice = lab.tree(&[(0o100_644, b"a", lab.blob), (0o100_644, b"a", lab.blob)]);
    for (tree, readable) in [(link, 1), (twice, 0)] {
        let commit = commit_tree(&lab.sandbox, &lab.path, tree, &[]);
        let incoming = open(&lab.path).incoming(commit, &mut 100).expect("read");
        assert!(!incoming.hostile.is_empty());
        assert_eq!(incoming.changes.len(), readable);
    }
}
