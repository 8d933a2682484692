//! Refs move by compare-and-swap, whoever else moves them.

use super::sandbox::{Sandbox, commit_files, id, open, wait};
use git_store::git::{GitError, Repository as _};
use git_store::model::{ObjectId, RefEdit};
use std::time::{Duration, Instant};

fn edit(name: &str, expected: Option<ObjectId>, new: ObjectId) -> RefEdit {
    RefEdit { name: name.into(), expected, new, reason: "store: observed".into() }
}

#[test]
fn a_ref_moves_only_from_where_it_was_expected() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let (one, two) =
        (commit_files(&repository, &[("a", "1")]), commit_files(&repository, &[("a", "2")]));
    let name = "refs/remotes/store/main";
    wait(async {
        let moved = |result: Result<(), GitError>, actual: Option<ObjectId>| match result {
            Err(GitError::RefMoved { actual: found, .. }) => assert_eq!(found, actual),
            other => panic!("{other:?}"),
        };
        moved(repository.update_refs(&[edit(name, Some(one), two)]).await, None);
        repository.update_refs(&[edit(name, None, one)]).await.expect("made");
        moved(repository.update_refs(&[edit(name, None, two)]).await, Some(one));
        moved(repository.update_refs(&[edit(name, Some(two), one)]).await, Some(one));
        moved(repository.update_refs(&[edit(name, Some(two), two)]).await, Some(one));
        repository.update_refs(&[edit(name, Some(one), one)]).await.expect("as it is");
        sandbox.git(&path, &["pack-refs", "--all"]);
        repository.update_refs(&[edit(name, Some(one), two)]).await.expect("moved");
        assert_eq!(repository.read_ref(name).await.expect("a look"), Some(two));
    });
    assert_eq!(id(&sandbox.git(&path, &["rev-parse", name])), two);
    let log = sandbox.git(&path, &["log", "-g", "--format=%gs", name]);
    assert_eq!(log, "store: observed\nstore: observed", "logged although bare");
}

#[test]
fn the_first_that_is_not_as_expected_stops_the_rest() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let one = commit_files(&repository, &[("a", "1")]);
    let edits = [
        edit("refs/store/s/a", None, one),
        edit("refs/store/s/b", Some(one), one),
        edit("refs/store/s/c", None, one),
    ];
    wait(async {
        repository.update_refs(&edits).await.expect_err("b is missing");
        let names = repository.refs_below("refs/store/").await.expect("refs");
        assert_eq!(names, [("refs/store/s/a".to_string(), one)]);
    });
    let log = sandbox.git(&path, &["log", "-g", "--format=%gs", "refs/store/s/a"]);
    assert_eq!(log, "store: observed");
}

#[test]
fn refs_are_listed_in_order_packed_or_not() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let one = commit_files(&repository, &[("a", "1")]);
    let names =
        ["refs/heads/a", "refs/heads/a-b", "refs/heads/a0/c", "refs/heads/b", "refs/headsx/no"];
    for name in names {
        sandbox.git(&path, &["update-ref", name, &one.to_string()]);
        if name.ends_with('b') {
            sandbox.git(&path, &["pack-refs", "--all"]);
        }
    }
    sandbox.git(&path, &["symbolic-ref", "refs/heads/dangling", "refs/heads/none"]);
    let found = wait(repository.refs_below("refs/heads/")).expect("refs");
    let found: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(found, &names[..4]);
}

#[test]
fn a_symbolic_ref_is_read_through_but_never_replaced() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let one = commit_files(&repository, &[("a", "1")]);
    sandbox.git(&path, &["update-ref", "refs/heads/main", &one.to_string()]);
    let two = commit_files(&repository, &[("a", "2")]);
    wait(async {
        assert_eq!(repository.read_ref("HEAD").await.expect("a look"), Some(one));
        repository.update_refs(&[edit("HEAD", Some(one), two)]).await.expect_err("symbolic");
    });
    assert_eq!(sandbox.git(&path, &["symbolic-ref", "HEAD"]), "refs/heads/main");
}

#[test]
fn of_many_who_move_a_ref_at_once_one_wins_each_time() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let name = "refs/store/s/counter";
    let commits: Vec<ObjectId> =
        (0..9).map(|n| commit_files(&open(&path), &[("n", n.to_string().as_str())])).collect();
    wait(open(&path).update_refs(&[edit(name, None, commits[0])])).expect("made");
    for step in 1..commits.len() {
        let race = || {
            let repository = open(&path);
            wait(repository.update_refs(&[edit(name, Some(commits[step - 1]), commits[step])]))
        };
        let git = || {
            let (old, new) = (commits[step - 1].to_string(), commits[step].to_string());
            sandbox.try_git(&path, &["update-ref", name, &new, &old]).0
        };
        let (won, git_won) = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(race)).collect();
            let git = scope.spawn(git);
            let won =
                threads.into_iter().filter(|_| true).map(|thread| thread.join().expect("no panic"));
            (won.filter(Result::is_ok).count(), git.join().expect("no panic"))
        });
        assert_eq!(won + usize::from(git_won), 1, "step {step}");
    }
    assert_eq!(id(&sandbox.git(&path, &["rev-parse", name])), commits[8]);
}

#[test]
fn a_ref_that_stays_locked_is_reported_unless_it_is_ours_and_stale() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let one = commit_files(&repository, &[("a", "1")]);
    for (name, is_ours) in [
        ("refs/heads/main", false),
        ("refs/store/s/manifest", true),
        ("refs/remotes/store/main", true),
    ] {
        sandbox.write(&path, &format!("{name}.lock"), "");
        let start = Instant::now();
        let result = wait(repository.update_refs(&[edit(name, None, one)]));
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(start.elapsed() > Duration::from_secs(2), "others had their chance");
        if is_ours {
            result.expect("the stale lock is removed");
        } else {
            assert!(matches!(result, Err(GitError::Locked { .. })), "{result:?}");
            assert!(path.join(format!("{name}.lock")).exists());
        }
    }
    sandbox.fsck(&path);
}

#[test]
fn a_short_lock_is_waited_for() {
    let sandbox = Sandbox::new();
    let path = sandbox.bare("r");
    let repository = open(&path);
    let one = commit_files(&repository, &[("a", "1")]);
    sandbox.write(&path, "refs/heads/main.lock", "");
    let lock = path.join("refs/heads/main.lock");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            std::fs::remove_file(lock).expect("still there");
        });
        wait(repository.update_refs(&[edit("refs/heads/main", None, one)])).expect("moved");
    });
}

#[test]
fn the_barrier_returns() {
    let sandbox = Sandbox::new();
    wait(open(&sandbox.bare("r")).barrier()).expect("flushed");
}
