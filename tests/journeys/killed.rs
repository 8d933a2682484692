//! A process that is killed at any system call leaves a state from which the next run goes on.
//!
//! `strace` kills the program as it enters the n-th call that could change something.

use super::recovery::{commit_two, kops_edits_two, recovers, small_clone, store_is_main};
use super::world::World;
use crate::skipped::skipped;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many calls of each command are points to die at.
const POINTS: usize = 200;
const CALLS: &str = "openat,open,write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,fsync,fdatasync,ftruncate,fallocate,flock,fcntl,close,sendto,utimensat";

fn has_strace() -> bool {
    let works = std::process::Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if works.is_ok_and(|output| output.status.success()) {
        return true;
    }
    skipped("there is no strace");
    false
}

/// A clone with something to do for the command.
fn prepare(command: &str) -> (World, PathBuf) {
    let (world, clone) = small_clone();
    match command {
        "push" => commit_two(&world.sandbox, &clone),
        _ => kops_edits_two(&world),
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
            let point = format!("{command}, killed at {call} {number} (call {index})");
            recovers(&world.sandbox, &clone, &point, 0);
            store_is_main(&world, &clone, &point);
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
