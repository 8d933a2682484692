//! Removes what killed processes left behind: locks, quarantines and half-written packs.
//!
//! Everything here is a judgement that nobody uses a file any more, so it is made with
//! git-store's own lock held, and sparingly: git holds a lock for milliseconds.

use super::GitError;
use super::durable::io_error;
use super::keep;
use super::libgit::LibgitRepository;
use super::lock::RepositoryLock;
use super::pack_file::TEMPORARY_PREFIX;
use super::refs::REFS_LOCK;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// After this, a lock of a ref that only git-store moves is stale.
const OWN_LOCK_AGE: Duration = Duration::from_secs(2);
/// After this, a lock that any git process may hold is stale.
const FOREIGN_LOCK_AGE: Duration = Duration::from_secs(600);
/// After this, objects of an unfinished push or import are garbage.
const GARBAGE_AGE: Duration = Duration::from_secs(3600);

/// Refs that only git-store moves.
fn is_own(ref_name: &str) -> bool {
    ["refs/store/", "refs/notes/store"].iter().any(|own| ref_name.starts_with(own))
}

/// Removes the lock of a ref that git-store is about to move, if it is stale and the ref is
/// one of its own or a tracking ref, which git itself locks only for a moment. To be called
/// with git-store's lock held, after waiting for the lock to go away by itself.
pub(super) fn remove_stale_lock(repository: &LibgitRepository, ref_name: &str) -> io::Result<bool> {
    let lock = repository.common_directory().join(format!("{ref_name}.lock"));
    let is_ours = is_own(ref_name) || ref_name.starts_with("refs/remotes/");
    if !is_ours || !is_older(&lock, OWN_LOCK_AGE, SystemTime::now())? {
        return Ok(false);
    }
    fs::remove_file(lock)?;
    Ok(true)
}

/// Removes what killed processes left behind in the repository, as of `now`: locks of refs
/// and of the index, quarantined objects of pushes, half-written packs, and refs that a power
/// cut left empty. Returns what was removed.
///
/// # Errors
/// When a file cannot be looked at or removed, or another git-store is at work for long.
pub fn clean(repository: &LibgitRepository, now: SystemTime) -> Result<Vec<PathBuf>, GitError> {
    let own = repository.own_directory();
    let _lock =
        RepositoryLock::wait(&own, REFS_LOCK).map_err(io_error("locking the repository"))?;
    let context = format!("cleaning {}", repository.common_directory().display());
    let stale = find_stale(repository, now).map_err(io_error(&context))?;
    for path in &stale {
        remove(path).map_err(io_error(&context))?;
    }
    Ok(stale)
}

fn find_stale(repository: &LibgitRepository, now: SystemTime) -> io::Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    for directory in [repository.git_directory(), repository.common_directory()] {
        for name in ["HEAD.lock", "index.lock", "packed-refs.lock", "config.lock"] {
            let path = directory.join(name);
            if !stale.contains(&path) && is_older(&path, FOREIGN_LOCK_AGE, now)? {
                stale.push(path);
            }
        }
    }
    let common = repository.common_directory();
    find_stale_refs(common, &common.join("refs"), now, &mut stale)?;
    find_caches(&repository.own_directory(), now, &mut stale)?;
    find_garbage(repository.objects_directory(), now, &mut stale)?;
    find_garbage(&repository.objects_directory().join("pack"), now, &mut stale)?;
    stale.sort();
    Ok(stale)
}

/// Locks of refs, and own refs without content.
fn find_stale_refs(
    common: &Path,
    directory: &Path,
    now: SystemTime,
    stale: &mut Vec<PathBuf>,
) -> io::Result<()> {
    for entry in list(directory)? {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find_stale_refs(common, &path, now, stale)?;
            continue;
        }
        let name = path.strip_prefix(common).unwrap_or(&path).to_string_lossy();
        let age = if is_own(&name) { OWN_LOCK_AGE } else { FOREIGN_LOCK_AGE };
        let is_broken = is_own(&name) && entry.metadata()?.len() == 0;
        if (name.ends_with(".lock") || is_broken) && is_older(&path, age, now)? {
            stale.push(path);
        }
    }
    Ok(())
}

/// Half-written files of git-store's own caches, which take a moment to write.
fn find_caches(directory: &Path, now: SystemTime, stale: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in list(directory)? {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find_caches(&path, now, stale)?;
        } else if entry.file_name().to_string_lossy().starts_with(".tmp")
            && is_older(&path, OWN_LOCK_AGE, now)?
        {
            stale.push(path);
        }
    }
    Ok(())
}

/// Quarantines of killed pushes and half-written packs.
fn find_garbage(directory: &Path, now: SystemTime, stale: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in list(directory)? {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let writer = name
            .strip_prefix(TEMPORARY_PREFIX)
            .and_then(|rest| rest.split('-').next()?.parse().ok());
        let owner = writer.or_else(|| keep::owner(&entry.path()));
        let is_dead = owner.is_some_and(is_dead);
        let is_temporary = ["tmp_objdir-incoming-", "tmp_pack_", "tmp_idx_", TEMPORARY_PREFIX]
            .iter()
            .any(|prefix| name.starts_with(prefix));
        if is_dead || (is_temporary && is_older(&entry.path(), GARBAGE_AGE, now)?) {
            stale.push(entry.path());
        }
    }
    Ok(())
}

fn list(directory: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(directory) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Whether a file is there and was last written longer ago than `age`.
fn is_older(path: &Path, age: Duration, now: SystemTime) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(now.duration_since(metadata.modified()?).is_ok_and(|old| old >= age)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether no process has this number. Another machine's processes cannot be seen, so files
/// on a shared disk may be taken for dead; a pack under way there then fails and is retried.
fn is_dead(pid: i32) -> bool {
    rustix::process::Pid::from_raw(pid)
        .is_some_and(|pid| rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

fn remove(path: &Path) -> io::Result<()> {
    let is_directory = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let removed = if is_directory { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
