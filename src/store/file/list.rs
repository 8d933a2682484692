//! Listing a directory tree: every ordinary file with its version.

use super::errors::system;
use super::keys::{KeyPath, is_hidden_at_root, is_kops_temporary};
use super::read;
use super::root::Root;
use crate::model::{Entry, Key, Listing, Timestamp};
use crate::store::StoreError;
use rustix::fs::{AtFlags, Dir, FileType};
use rustix::io::Errno;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many files are read at once.
const THREADS: usize = 4;

/// Every key below the root.
///
/// A file that cannot be read is listed nevertheless, with a version that no content has: to
/// leave it out would look like a deletion. A directory that cannot be read fails the listing.
pub(super) fn list(root: &Root) -> Result<Listing, StoreError> {
    let mut keys = Vec::new();
    let mut pending: Vec<Vec<u8>> = vec![Vec::new()];
    while let Some(directory) = pending.pop() {
        walk(root, &directory, &mut keys, &mut pending)?;
    }
    hash_all(root, &keys)
}

/// Reads one directory. `directory` is its path with a `/` at the end, or nothing.
fn walk(
    root: &Root,
    directory: &[u8],
    keys: &mut Vec<Key>,
    pending: &mut Vec<Vec<u8>>,
) -> Result<(), StoreError> {
    let context = || format!("cannot list the directory '{}'", Key::new(directory));
    let names: Vec<&[u8]> =
        directory.split(|byte| *byte == b'/').filter(|it| !it.is_empty()).collect();
    let Some(fd) = root.directory(&names).map_err(|errno| system(&context(), errno))? else {
        return Ok(()); // removed meanwhile
    };
    let children = Dir::read_from(&fd).map_err(|errno| system(&context(), errno))?;
    for child in children {
        let child = child.map_err(|errno| system(&context(), errno))?;
        let name = child.file_name().to_bytes();
        if matches!(name, b"." | b"..") || (names.is_empty() && is_hidden_at_root(name)) {
            continue;
        }
        let path = [directory, name].concat();
        match kind(&fd, name, child.file_type()) {
            Some(FileType::RegularFile) => keys.extend(listed(path, name)),
            Some(FileType::Directory) => pending.push([&path[..], b"/"].concat()),
            Some(_) => {
                tracing::warn!(path = %Key::new(&path), "a link or special file is left out")
            }
            None => {}
        }
    }
    Ok(())
}

/// What a directory's child is; `None`: it is gone.
fn kind(directory: &OwnedFd, name: &[u8], known: FileType) -> Option<FileType> {
    if known != FileType::Unknown {
        return Some(known);
    }
    let stat = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    Some(FileType::from_raw_mode(stat.st_mode))
}

fn listed(path: Vec<u8>, name: &[u8]) -> Option<Key> {
    let key = Key::new(path);
    if is_kops_temporary(name) {
        tracing::debug!(%key, "a temporary file of kops is left out");
        return None;
    }
    if let Err(error) = KeyPath::parse(&key) {
        tracing::warn!(%error, "a file is left out");
        return None;
    }
    Some(key)
}

/// Reads all files, several at once.
fn hash_all(root: &Root, keys: &[Key]) -> Result<Listing, StoreError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(key) = keys.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(entry(root, key)?.map(|entry| (key.clone(), entry)));
        }
        Ok(found)
    };
    if keys.len() < THREADS * 4 {
        return work().map(Listing::from_iter);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let mut listing = Listing::new();
        for thread in threads {
            let part: Result<Vec<_>, StoreError> = thread.join().unwrap_or_else(|_| {
                Err(StoreError::Protocol("a thread that read files panicked".to_owned()))
            });
            listing.extend(part?);
        }
        Ok(listing)
    })
}

/// One line of the listing; `None`: the file is gone, or no longer an ordinary one.
fn entry(root: &Root, key: &Key) -> Result<Option<Entry>, StoreError> {
    let path = KeyPath::parse(key)?;
    match read::info(root, &path) {
        Ok(info) => {
            Ok(info.map(|it| Entry { version: it.version, size: it.size, modified: it.modified }))
        }
        Err(StoreError::Key { .. }) => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "a file is listed unread");
            unread(root, &path)
        }
    }
}

/// A line for a file that is there but cannot be read, or never stands still.
fn unread(root: &Root, path: &KeyPath) -> Result<Option<Entry>, StoreError> {
    let Some(directory) = root.parent(path)? else { return Ok(None) };
    let stat = match rustix::fs::statat(&directory, path.name(), AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(None),
        Err(errno) => return Err(system(&format!("cannot look at '{}'", path.key()), errno)),
    };
    Ok(Some(Entry {
        version: read::mark(&stat),
        size: stat.st_size.unsigned_abs(),
        modified: Timestamp::from_timestamp(stat.st_mtime, 0).unwrap_or_default(),
    }))
}
