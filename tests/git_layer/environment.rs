//! What git tells a hook through its environment: quarantined objects, a temporary index.
//!
//! The hooks run this very test binary, with one test picked and a variable that says what
//! to do; without the variable that test does nothing.

use super::sandbox::{Sandbox, wait};
use git_store::git::pushed::read_updates;
use git_store::git::{Git, LibgitRepository, Repository as _};
use git_store::model::RefEdit;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const TASK: &str = "GIT_STORE_TEST_TASK";
const REPORT: &str = "GIT_STORE_TEST_REPORT";

/// The other end: runs inside a hook.
#[test]
fn child() {
    let (Ok(task), Some(report)) = (std::env::var(TASK), std::env::var_os(REPORT)) else {
        return;
    };
    let text = match task.as_str() {
        "pre-receive" => pre_receive(),
        "staged" => staged(),
        "elsewhere" => elsewhere(),
        other => panic!("no task {other}"),
    };
    std::fs::write(report, text).expect("a report");
}

fn pre_receive() -> String {
    let updates = read_updates(std::io::stdin().lock()).expect("git's lines");
    let new = updates[0].new.expect("a commit");
    let here = LibgitRepository::from_environment().expect("the quarantine");
    let known: Vec<_> =
        wait(here.refs_below("refs/")).expect("refs").into_iter().map(|r| r.1).collect();
    let commits = here.new_commits(&[new], &known, 100).expect("history");
    let incoming = here.incoming(commits[0], &mut 1000).expect("read");
    let change = &incoming.changes[0];
    let content = wait(here.blob(change.new.expect("added").id)).expect("quarantined");
    let plain = LibgitRepository::open_bare(Path::new(".")).expect("the same repository");
    let is_visible = wait(plain.contains(new)).expect("a look");
    let pack = wait(here.begin_pack()).map(|mut pack| {
        pack.blob(b"written in the hook").expect("a blob");
        wait(pack.finish()).expect("into the quarantine");
    });
    pack.expect("a pack");
    let edit = RefEdit { name: "refs/heads/other".into(), expected: None, new, reason: "x".into() };
    wait(here.update_refs(&[edit])).expect_err("not before it is accepted");
    let text = String::from_utf8_lossy(&content).into_owned();
    let objects = here.objects_directory().display().to_string();
    let quarantine = here.is_quarantine() && objects.contains("tmp_objdir-incoming");
    format!("{} {} {text} visible={is_visible} quarantine={quarantine}", commits.len(), change.path)
}

fn staged() -> String {
    let here = LibgitRepository::from_environment().expect("a repository");
    let staged = here.staged().expect("the index");
    staged.changes.iter().map(|change| change.path.to_string()).collect::<Vec<_>>().join(" ")
}

fn elsewhere() -> String {
    let other = std::env::var("GIT_STORE_TEST_OTHER").expect("a path");
    let git = Git::at(Path::new(&other));
    let here = Git::here().text("rev-parse", &["HEAD"]).expect("here");
    let there = git.text("rev-parse", &["HEAD"]).expect("there");
    let dirty = git.is_dirty().expect("status");
    format!("{} {dirty}", here == there)
}

/// Installs a hook that runs [`child`] with a task.
fn install(git_directory: &Path, hook: &str, task: &str, report: &Path) {
    let test = std::env::current_exe().expect("this binary");
    let script = format!(
        "#!/bin/sh\n{TASK}={task} {REPORT}='{}' exec '{}' --exact git_layer::environment::child --nocapture >/dev/null\n",
        report.display(),
        test.display()
    );
    let path = git_directory.join("hooks").join(hook);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(&path, script).expect("a hook");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

#[test]
fn a_hook_sees_what_is_pushed_before_it_is_accepted() {
    let sandbox = Sandbox::new();
    let (origin, clone) = (sandbox.bare("origin"), sandbox.repository("clone"));
    sandbox.commit(&clone, "old", "1");
    let url = origin.display().to_string();
    sandbox.git(&clone, &["push", "-q", &url, "main"]);
    let report = sandbox.path("report");
    install(&origin, "pre-receive", "pre-receive", &report);
    sandbox.commit(&clone, "prod/config", "hello");
    sandbox.git(&clone, &["push", "-q", &url, "main"]);
    let said = std::fs::read_to_string(report).expect("the hook ran");
    assert_eq!(said, "1 prod/config hello visible=false quarantine=true");
    sandbox.fsck(&origin);
    let leftovers = sandbox.git(&origin, &["count-objects", "-v"]);
    assert!(leftovers.contains("garbage: 0"), "{leftovers}");
}

#[test]
fn a_hook_reads_the_index_that_this_commit_uses() {
    let sandbox = Sandbox::new();
    let path = sandbox.repository("r");
    sandbox.commit(&path, "a", "1");
    sandbox.commit(&path, "b", "1");
    let report = sandbox.path("report");
    install(&path.join(".git"), "pre-commit", "staged", &report);
    let said = || std::fs::read_to_string(&report).expect("the hook ran");
    sandbox.write(&path, "a", "2");
    sandbox.write(&path, "b", "2");
    sandbox.git(&path, &["add", "b"]);
    sandbox.git(&path, &["commit", "-qm", "only a", "a"]);
    assert_eq!(said(), "a", "not what else is staged");
    sandbox.git(&path, &["commit", "-qm", "b"]);
    assert_eq!(said(), "b");
    sandbox.write(&path, "sub/a", "3");
    sandbox.write(&path, "b", "3");
    sandbox.git(&path, &["add", "sub"]);
    sandbox.git(&path.join("sub"), &["commit", "-qam", "all, from a directory below"]);
    assert_eq!(said(), "b sub/a");
    sandbox.git(&path, &["worktree", "add", "-q", "../other", "-b", "other"]);
    let other = sandbox.path("other");
    sandbox.write(&other, "c", "1");
    sandbox.git(&other, &["add", "c"]);
    sandbox.git(&other, &["commit", "-qm", "c"]);
    assert_eq!(said(), "c", "in another work tree");
}

#[test]
fn git_at_another_place_forgets_where_the_hook_is() {
    let sandbox = Sandbox::new();
    let (path, other) = (sandbox.repository("r"), sandbox.repository("other"));
    sandbox.commit(&path, "a", "1");
    sandbox.commit(&other, "b", "1");
    let report = sandbox.path("report");
    install(&path.join(".git"), "pre-commit", "elsewhere", &report);
    sandbox.write(&path, "a", "2");
    let mut command = sandbox.command(&path, &["-c", "user.name=x", "commit", "-qm", "x", "a"]);
    let status = command.env("GIT_STORE_TEST_OTHER", &other).status().expect("git runs");
    assert!(status.success());
    assert_eq!(std::fs::read_to_string(report).expect("the hook ran"), "false false");
}
