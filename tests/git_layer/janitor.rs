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
    assert_eq!(clean(&path, SystemTime::now()), Vec::<PathBuf>::new(), "they may be in use");
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
    sandbox.git(&path, &["update-ref", "refs/heads/main", &commit.to_string()]);
    sandbox.write(&path, "objects/tmp_objdir-incoming-x1/pack/pack-1.pack", "x");
    sandbox.write(&path, "objects/pack/tmp_pack_x1", "x");
    let alive = format!("objects/pack/tmp_git-store-{}-x.pack", std::process::id());
    sandbox.write(&path, &alive, "x");
    let dead = format!("objects/pack/tmp_git-store-{}-x.pack", dead_pid());
    sandbox.write(&path, &dead, "x");
    assert_eq!(clean(&path, SystemTime::now()), [resolved(&path.join(dead))]);
    assert_eq!(clean(&path, later(3601)).len(), 3);
    sandbox.fsck(&path);
    assert!(sandbox.git(&path, &["count-objects", "-v"]).contains("garbage: 0"));
}

/// libgit2 resolves symbolic links above the repository.
fn resolved(file: &Path) -> PathBuf {
    let parent = file.parent().expect("a parent").canonicalize().expect("there");
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
    assert!(path.join("refs/heads/main").exists(), "a person's branch is for the person to mend");
}

#[test]
fn what_a_killed_import_leaves_goes_at_once() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let mut child = start_child("pack", &path, &path.join("ready"));
    assert_eq!(clean(&path, SystemTime::now()), Vec::<PathBuf>::new(), "it lives");
    child.kill().expect("killed");
    child.wait().expect("dead");
    let removed = clean(&path, SystemTime::now());
    let names: Vec<_> = removed.iter().map(|path| path.display().to_string()).collect();
    assert!(names.len() == 2 && names[0].ends_with(".keep"), "{names:?}");
    assert!(names[1].contains("tmp_git-store-"), "{names:?}");
    sandbox.fsck(&path);
    assert!(sandbox.git(&path, &["count-objects", "-v"]).contains("garbage: 0"));
}

/// The other end: does something and waits to be killed.
#[test]
fn child() {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let (Some(place), Some(ready)) = (variable(PLACE), variable(READY)) else {
        return;
    };
    let wait_to_be_killed = || {
        std::fs::write(&ready, "").expect("written");
        std::thread::sleep(Duration::from_secs(60));
    };
    if std::env::var("GIT_STORE_TEST_DEED").as_deref() == Ok("lock") {
        let _lock = RepositoryLock::wait(&place, "refs.lock").expect("locked");
        wait_to_be_killed();
    } else {
        let repository = open(&place);
        commit_files(&repository, &[("finished", "1")]);
        let mut pack = wait(repository.begin_pack()).expect("a pack");
        pack.blob(&[7; 100_000]).expect("a blob");
        wait_to_be_killed();
    }
}

const PLACE: &str = "GIT_STORE_TEST_PLACE";
const READY: &str = "GIT_STORE_TEST_READY";

/// Starts [`child`] and waits until it has done its deed.
fn start_child(deed: &str, place: &Path, ready: &Path) -> std::process::Child {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["--exact", "git_layer::janitor::child"]).stdout(Stdio::null());
    command.env("GIT_STORE_TEST_DEED", deed).env(PLACE, place).env(READY, ready);
    let child = command.spawn().expect("a child");
    while !ready.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

#[test]
fn the_next_run_converges_after_a_kill() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let commit = commit_files(&repository, &[("a", "1")]);
    let own = repository.own_directory();
    let mut child = start_child("lock", &own, &sandbox.path("ready"));
    assert!(RepositoryLock::try_take(&own, "refs.lock").expect("a look").is_none(), "held");
    // As if it had been killed while it moved this ref.
    sandbox.write(&path, "refs/store/s/journal.lock", "");
    child.kill().expect("killed");
    child.wait().expect("dead");
    let name = "refs/store/s/journal";
    let edit = RefEdit { name: name.into(), expected: None, new: commit, reason: "x".into() };
    wait(repository.update_refs(&[edit])).expect("converges");
    assert_eq!(wait(repository.read_ref(name)).expect("a look"), Some(commit));
    assert!(!path.join("refs/store/s/journal.lock").exists());
}
