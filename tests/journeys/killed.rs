//! A process that is killed at any system call leaves a state from which the next run goes on.
//!
//! `strace` kills the program as it enters the n-th call that could change something.

use super::world::{NODES, OTHER, World};
use crate::sandbox::{Sandbox, bytes_below};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How many calls of each command are points to die at.
const POINTS: usize = 200;
const CALLS: &str = "openat,open,write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,fsync,fdatasync,ftruncate,fallocate,flock,fcntl,close,sendto,utimensat";

#[expect(clippy::print_stderr, reason = "says that a test did nothing")]
fn has_strace() -> bool {
    let works = std::process::Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if works.is_ok_and(|output| output.status.success()) {
        return true;
    }
    let is_required =
        std::env::var("GIT_STORE_TEST_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    assert!(!is_required, "strace is not installed");
    eprintln!("skipped: there is no strace");
    false
}

/// A store of few objects and a clone, with something to do for the command.
fn prepare(command: &str) -> (World, PathBuf) {
    let world = World::around(Sandbox::new().with("GIT_STORE_LIFETIME", "1"));
    for key in world.objects().keys() {
        let is_kept = key.contains("instancegroup/")
            || key.ends_with("/config")
            || key.contains("/secrets/admin");
        if !is_kept {
            std::fs::remove_file(world.store.join(key)).expect("it is there");
        }
    }
    let clone = world.git_clone("clone");
    world.sandbox.git(&clone, &["remote", "rename", "origin", "store"]);
    world.run(&clone, "git store fetch").ok();
    if command == "push" {
        world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
        world.edit(&clone, OTHER, "maxSize: 4", "maxSize: 5");
    } else {
        world.kops_edits(NODES, "maxSize: 12", "maxSize: 9");
        world.kops_edits(OTHER, "maxSize: 4", "maxSize: 5");
    }
    (world, clone)
}

/// A call of a certain name, and the how manieth of that name it is.
type Point = (String, usize);

/// Runs the command and kills it at a call; returns whether it got that far.
fn kill_at(world: &World, clone: &Path, command: &str, (call, number): &Point) -> bool {
    let inject = format!("inject={call}:signal=KILL:when={number}");
    let program = env!("CARGO_BIN_EXE_git-store");
    let trace = format!("trace={call}");
    let words = ["strace", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject, program, command];
    let status = world.sandbox.program(clone, &words).output().expect("strace runs").status;
    !status.success()
}

/// Every call that a run of the command makes, in order.
fn calls(command: &str) -> Vec<Point> {
    let (world, clone) = prepare(command);
    let log = world.sandbox.path("calls");
    let log = log.to_str().expect("a plain name");
    let trace = format!("trace={CALLS}");
    let words =
        ["strace", "-qq", "-o", log, "-e", &trace, env!("CARGO_BIN_EXE_git-store"), command];
    world.sandbox.finish("strace", &mut world.sandbox.program(&clone, &words)).ok();
    let log = std::fs::read_to_string(log).expect("a log");
    let mut counts = BTreeMap::new();
    let names = log.lines().filter_map(|line| Some(line.split_once('(')?.0));
    let numbered = names.map(|name| {
        let count = counts.entry(name.to_owned()).or_insert(0);
        *count += 1;
        (name.to_owned(), *count)
    });
    numbered.collect()
}

/// The next runs come to a good end, and nothing is left behind.
fn recovers(world: &World, clone: &Path, point: &str) {
    let before = world.objects();
    let finish = |line: &str| {
        let mut last = String::new();
        for _ in 0..4 {
            let run = world.run(clone, line);
            if run.code() == Some(0) {
                return;
            }
            last = run.seen();
        }
        panic!("{point}: {line} does not come to an end: {last}");
    };
    world.run(clone, "git store status").ok();
    for line in ["git store pull", "git store push", "git store verify --deep main"] {
        finish(line);
    }
    let keys: Vec<String> = world.objects().into_keys().collect();
    let expected: Vec<String> = before.into_keys().filter(|key| !key.contains("tmp")).collect();
    assert_eq!(keys, expected, "{point}: no file of ours is left in the store");
    assert!(world.stored(NODES).contains("maxSize: 9"), "{point}: the change is in the store");
    let log = world.run(clone, "git log --merges --oneline main").ok();
    assert_eq!(log, "", "{point}: no merge was needed");
    world.sandbox.fsck(clone);
    if !rests(clone).is_empty() {
        // A lock is taken for stale after two seconds.
        std::thread::sleep(Duration::from_millis(2100));
        world.run(clone, "git store fetch").ok();
    }
    assert_eq!(rests(clone), Vec::<String>::new(), "{point}: nothing is left in the repository");
}

/// What a killed process left; git-store's own lock files stay, the kernel knows who holds them.
fn rests(clone: &Path) -> Vec<String> {
    let is_lock = |name: &String| name.ends_with(".lock") && !name.starts_with("git-store/");
    let is_rest = |name: &String| is_lock(name) || name.contains("tmp_") || name.contains("/.tmp");
    bytes_below(&clone.join(".git")).into_keys().filter(is_rest).collect()
}

fn sweep(command: &str) {
    if !has_strace() {
        return;
    }
    let calls = calls(command);
    assert!(calls.len() >= POINTS, "{command} makes {} calls", calls.len());
    let (next, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        loop {
            let point = next.fetch_add(1, Ordering::Relaxed);
            if point >= POINTS {
                return;
            }
            let index = point * (calls.len() - 1) / (POINTS - 1);
            let (world, clone) = prepare(command);
            if kill_at(&world, &clone, command, &calls[index]) {
                killed.fetch_add(1, Ordering::Relaxed);
            }
            let (call, number) = &calls[index];
            recovers(
                &world,
                &clone,
                &format!("{command}, killed at {call} {number} (call {index})"),
            );
        }
    };
    std::thread::scope(|scope| {
        (0..6).for_each(|_| drop(scope.spawn(work)));
    });
    let killed = killed.into_inner();
    assert!(killed * 10 >= POINTS * 9, "only {killed} of {POINTS} runs were killed");
}

#[test]
fn push_at_every_call() {
    sweep("push");
}

#[test]
fn fetch_at_every_call() {
    sweep("fetch");
}
