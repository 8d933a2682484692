//! What killed processes leave behind, and what is left alone.

use super::sandbox::{Sandbox, commit_files, open, wait};
use git_store::git::{Repository as _, RepositoryLock, janitor};
use git_store::model::RefEdit;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

fn later(seconds: u64) -> SystemTime {
    SystemTime::now() + Duration::from_secs(seconds)
}

fn clean(path: &Path, now: SystemTime) -> Vec<PathBuf> {
    janitor::clean(&open(path), now).expect("cleaned")
}

#[test]
fn locks_go_when_they_are_old_enough() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let own = ["refs/store/s/manifest.lock", "refs/store/s/journal.lock"];
    let others = [
        "HEAD.lock",
        "index.lock",
        "packed-refs.lock",
        "refs/heads/main.lock",
        "refs/remotes/origin/main.lock",
    ];
    for name in own.iter().chain(&others) {
        sandbox.write(&path, name, "");
    }
    assert_eq!(
        clean(&path, SystemTime::now()),
        Vec::<PathBuf>::new(),
        "they may be in use"
    );
    assert_eq!(clean(&path, later(5)).len(), own.len());
    assert!(others.iter().all(|name| path.join(name).exists()));
    assert_eq!(clean(&path, later(601)).len(), others.len());
    assert_eq!(clean(&path, later(99_999)), Vec::<PathBuf>::new());
}

#[test]
fn quarantines_and_half_packs_go_and_real_packs_stay() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let commit = commit_files(&open(&path), &[("a", "1")]);
    sandbox.git(
        &path,
        &["update-ref", "refs/heads/main", &commit.to_string()],
    );
    sandbox.write(
        &path,
        "objects/tmp_objdir-incoming-x1/pack/pack-1.pack",
        "x",
    );
    sandbox.write(&path, "objects/pack/tmp_pack_x1", "x");
    let alive = format!("objects/pack/tmp_git-store-{}-x.pack", std::process::id());
    sandbox.write(&path, &alive, "x");
    let dead = format!("objects/pack/tmp_git-store-{}-x.pack", dead_pid());
    sandbox.write(&path, &dead, "x");
    assert_eq!(
        clean(&path, SystemTime::now()),
        [resolved(&path.join(dead))]
    );
    assert_eq!(clean(&path, later(3601)).len(), 3);
    sandbox.fsck(&path);
    assert!(
        sandbox
            .git(&path, &["count-objects", "-v"])
            .contains("garbage: 0")
    );
}

/// libgit2 resolves symbolic links above the repository.
fn resolved(file: &Path) -> PathBuf {
    let parent = file
        .parent()
        .expect("a parent")
        .canonicalize()
        .expect("there");
    parent.join(file.file_name().expect("a name"))
}

fn dead_pid() -> u32 {
    let mut child = Command::new("true").spawn().expect("a child");
    child.wait().expect("it ends");
    child.id()
}

#[test]
fn a_ref_that_a_power_cut_emptied_goes_if_it_is_ours() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    sandbox.write(&path, "refs/store/s/manifest", "");
    sandbox.write(&path, "refs/heads/main", "");
    assert_eq!(clean(&path, later(5)).len(), 1);
    assert!(
        path.join("refs/heads/main").exists(),
        "a person's branch is for the person to mend"
    );
}

/// The other end: holds the lock until it is killed.
#[test]
fn child() {
    let Some(directory) = std::env::var_os("GIT_STORE_TEST_LOCK") else {
        return;
    };
    let directory = PathBuf::from(directory);
    let _lock = RepositoryLock::wait(&directory, "refs.lock").expect("locked");
    std::fs::write(directory.join("ready"), "").expect("written");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn the_next_run_converges_after_a_kill() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let commit = commit_files(&repository, &[("a", "1")]);
    let own = repository.own_directory();
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command
        .args(["--exact", "git_layer::janitor::child"])
        .env("GIT_STORE_TEST_LOCK", &own);
    let mut child = command.stdout(Stdio::null()).spawn().expect("a child");
    while !own.join("ready").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(
        RepositoryLock::try_take(&own, "refs.lock")
            .expect("a look")
            .is_none(),
        "held"
    );
    // As if it had been killed while it moved this ref.
    sandbox.write(&path, "refs/store/s/journal.lock", "");
    child.kill().expect("killed");
    child.wait().expect("dead");
    let name = "refs/store/s/journal";
    let edit = RefEdit {
        name: name.into(),
        expected: None,
        new: commit,
        reason: "x".into(),
    };
    wait(repository.update_refs(&[edit])).expect("converges");
    assert_eq!(
        wait(repository.read_ref(name)).expect("a look"),
        Some(commit)
    );
    assert!(!path.join("refs/store/s/journal.lock").exists());
}
