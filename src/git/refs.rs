//! Refs: read, and moved by compare-and-swap.

use super::GitError;
use super::durable::{io_error, sync_directory};
use super::janitor;
use super::libgit::{LibgitRepository, from_oid, git_error, to_oid};
use super::lock::RepositoryLock;
use super::reflog::Reflog;
use crate::model::{Failpoint, ObjectId, RefEdit};
use git2::{ErrorCode, ReferenceType};
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long another process may hold the lock of a ref; git itself needs milliseconds.
const PATIENCE: Duration = Duration::from_millis(2500);

/// The lock that whoever moves refs on behalf of git-store holds meanwhile.
pub(super) const REFS_LOCK: &str = "refs.lock";

/// What a ref points to; symbolic refs are followed.
pub(super) fn read(inner: &git2::Repository, name: &str) -> Result<Option<ObjectId>, GitError> {
    match inner.refname_to_id(name) {
        Ok(id) => Ok(Some(from_oid(id))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(git_error(name, &error)),
    }
}

/// Refs below a prefix in order, without those that point nowhere.
pub(super) fn below(
    inner: &git2::Repository,
    prefix: &str,
) -> Result<Vec<(String, ObjectId)>, GitError> {
    let mut found = Vec::new();
    let refs = inner.references_glob(&format!("{prefix}*"));
    for reference in refs.map_err(|error| git_error(prefix, &error))? {
        let reference = reference.map_err(|error| git_error(prefix, &error))?;
        let Ok(name) = reference.name() else { continue };
        if let Some(id) = read(inner, name)? {
            found.push((name.to_string(), id));
        }
    }
    found.sort();
    Ok(found)
}

/// Moves refs in order, each flushed before the next: also a power cut leaves a prefix.
pub(super) fn update(repository: &LibgitRepository, edits: &[RefEdit]) -> Result<(), GitError> {
    let own = repository.own_directory();
    let _lock = RepositoryLock::wait(&own, REFS_LOCK).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => GitError::Locked { name: "the repository".into() },
        _ => io_error(format!("locking {}", own.display()))(error),
    })?;
    Failpoint::RefsLocked.reach();
    edits.iter().try_for_each(|edit| update_one(repository, edit))
}

fn update_one(repository: &LibgitRepository, edit: &RefEdit) -> Result<(), GitError> {
    refuse_symbolic(&repository.inner, &edit.name)?;
    let actual = read(&repository.inner, &edit.name)?;
    if actual != edit.expected {
        return Err(moved(edit, actual));
    }
    if actual == Some(edit.new) {
        return Ok(());
    }
    let log = Reflog::before(repository.common_directory(), &edit.name);
    swap_patiently(repository, edit)?;
    Failpoint::RefSwapped.reach();
    if let Err(error) = log.after(edit) {
        // The move is made; a line missing from its log does not undo it.
        tracing::warn!(name = edit.name, %error, "the reflog cannot be written");
    }
    let file = repository.common_directory().join(&edit.name);
    flush(&file).map_err(io_error(format!("flushing {}", edit.name)))?;
    Failpoint::RefMoved.reach();
    Ok(())
}

/// libgit2 would replace a symbolic ref by a plain one.
fn refuse_symbolic(inner: &git2::Repository, name: &str) -> Result<(), GitError> {
    let reference = inner.find_reference(name);
    if reference.is_ok_and(|reference| reference.kind() == Some(ReferenceType::Symbolic)) {
        return Err(GitError::Other(format!("{name} is a symbolic ref and is not moved")));
    }
    Ok(())
}

/// Waits for other processes; a lock of git-store's own refs that outlasts them all was left
/// by a process that was killed.
fn swap_patiently(repository: &LibgitRepository, edit: &RefEdit) -> Result<(), GitError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        match swap(&repository.inner, edit) {
            Err(GitError::Locked { .. }) if start.elapsed() < PATIENCE => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(100));
            }
            Err(GitError::Locked { name }) => {
                let removed = janitor::remove_stale_lock(repository, &edit.name);
                if !removed.map_err(io_error(format!("removing the stale lock of {name}")))? {
                    return Err(GitError::Locked { name });
                }
                return swap(&repository.inner, edit);
            }
            done => return done,
        }
    }
}

fn swap(inner: &git2::Repository, edit: &RefEdit) -> Result<(), GitError> {
    let expected = edit.expected.map_or(Ok(git2::Oid::ZERO_SHA1), to_oid)?;
    let new = to_oid(edit.new)?;
    match inner.reference_matching(&edit.name, new, true, expected, &edit.reason) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::NotFound) => {
            let actual = read(inner, &edit.name)?;
            // What moves there and back again between two looks is still a move.
            Err(moved(edit, actual))
        }
        Err(error) => Err(git_error(&edit.name, &error)),
    }
}

fn moved(edit: &RefEdit, actual: Option<ObjectId>) -> GitError {
    GitError::RefMoved { name: edit.name.clone(), expected: edit.expected, actual }
}

/// Flushes a loose ref and its name. `git pack-refs` may have moved it meanwhile.
fn flush(file: &Path) -> io::Result<()> {
    let opened = match File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    opened.sync_all()?;
    file.parent().map_or(Ok(()), sync_directory)
}
