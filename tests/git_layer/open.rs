//! Which repositories are opened, and what is said of the others.

use super::sandbox::{Sandbox, commit_files, id, open, wait};
use git_store::git::{GitError, LibgitRepository, Repository as _};
use git_store::model::RefEdit;

fn refusal(path: &std::path::Path) -> String {
    LibgitRepository::discover(path).expect_err("a refusal").to_string()
}

#[test]
fn sha256_and_reftable_repositories_are_refused_with_a_way_out() {
    let sandbox = Sandbox::new();
    let home = sandbox.path("");
    sandbox.git(&home, &["init", "-q", "--object-format=sha256", "sha256"]);
    sandbox.git(&home, &["init", "-q", "--ref-format=reftable", "reftable"]);
    let said = refusal(&sandbox.path("sha256"));
    assert!(said.contains("SHA-256") && said.contains("--object-format=sha1"), "{said}");
    let said = refusal(&sandbox.path("reftable"));
    assert!(said.contains("reftable") && said.contains("git refs migrate"), "{said}");
}

#[test]
fn the_way_out_of_reftables_leads_out() {
    let sandbox = Sandbox::new();
    sandbox.git(&sandbox.path(""), &["init", "-q", "--ref-format=reftable", "r"]);
    sandbox.git(&sandbox.path("r"), &["refs", "migrate", "--ref-format=files"]);
    open(&sandbox.path("r"));
}

#[test]
fn a_partial_clone_is_refused_and_a_shallow_one_is_told() {
    let sandbox = Sandbox::new();
    let origin = sandbox.repository("origin");
    sandbox.commit(&origin, "a", "1");
    sandbox.commit(&origin, "a", "2");
    sandbox.git(&origin, &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.display());
    let home = sandbox.path("");
    sandbox.git(&home, &["clone", "-q", "--filter=blob:none", &url, "partial"]);
    let said = refusal(&sandbox.path("partial"));
    assert!(said.contains("partial clone") && said.contains("--filter"), "{said}");
    sandbox.git(&home, &["clone", "-q", "--depth=1", &url, "shallow"]);
    assert!(open(&sandbox.path("shallow")).is_shallow());
    assert!(!open(&origin).is_shallow());
}

#[test]
fn no_repository_is_no_repository() {
    let sandbox = Sandbox::new();
    let found = LibgitRepository::discover(&sandbox.path(""));
    assert!(matches!(found, Err(GitError::NotARepository(_))), "{found:?}");
    let origin = sandbox.repository("origin");
    sandbox.write(&origin, "sub/file", "");
    assert!(LibgitRepository::open_bare(&origin.join("sub")).is_err(), "no search upwards");
    assert_eq!(open(&origin.join("sub")).git_directory(), open(&origin).git_directory());
}

#[test]
fn a_repository_of_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give a directory away.
    }
    let sandbox = Sandbox::new();
    let origin = sandbox.repository("origin");
    let other = Some(rustix::fs::Uid::from_raw(12_345));
    for path in [&origin, &origin.join(".git")] {
        rustix::fs::chown(path, other, None).expect("root may");
    }
    let error = LibgitRepository::discover(&origin).expect_err("a refusal");
    assert!(matches!(error, GitError::ForeignOwner(_)), "{error}");
    assert!(error.to_string().contains("safe.directory"), "{error}");
    let bare = LibgitRepository::open_bare(&origin.join(".git"));
    assert!(matches!(bare, Err(GitError::ForeignOwner(_))), "{bare:?}");
}

#[test]
fn a_work_tree_shares_the_refs_and_the_key() {
    let sandbox = Sandbox::new();
    let main = sandbox.repository("main");
    sandbox.commit(&main, "a", "1");
    sandbox.git(&main, &["worktree", "add", "-q", "../other", "-b", "other"]);
    let (main, other) = (open(&main), open(&sandbox.path("other")));
    assert_ne!(main.git_directory(), other.git_directory());
    assert_eq!(main.common_directory(), other.common_directory());
    assert_eq!(other.head_branch().as_deref(), Some("refs/heads/other"));
    let commit = commit_files(&other, &[("x", "1")]);
    let name = "refs/store/s/manifest";
    let edit = RefEdit { name: name.into(), expected: None, new: commit, reason: "new".into() };
    wait(other.update_refs(&[edit])).expect("moved");
    assert_eq!(wait(main.read_ref(name)).expect("a look"), Some(commit));
    let shown = sandbox.git(&sandbox.path("main"), &["rev-parse", name]);
    assert_eq!(id(&shown), commit);
    let keys = (wait(main.local_secret()), wait(other.local_secret()));
    assert_eq!(keys.0.expect("a key"), keys.1.expect("a key"));
    sandbox.fsck(&sandbox.path("main"));
}

#[test]
fn the_branch_of_head_is_known_before_its_first_commit() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    assert_eq!(open(&path).head_branch().as_deref(), Some("refs/heads/main"));
    assert_eq!(wait(open(&path).read_ref("HEAD")).expect("a look"), None);
    let commit = sandbox.commit(&path, "a", "1");
    assert_eq!(wait(open(&path).read_ref("HEAD")).expect("a look"), Some(commit));
    sandbox.git(&path, &["checkout", "-q", "--detach"]);
    assert_eq!(open(&path).head_branch(), None);
}
