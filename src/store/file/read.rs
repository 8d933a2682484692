//! Reading files whole, with a version that fits the bytes.

use super::errors;
use super::keys::KeyPath;
use super::root::{Root, trouble};
use crate::model::{Attributes, Object, ObjectInfo, Timestamp, Version};
use crate::store::StoreError;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use sha2::Digest as _;
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

/// How often a file that changes while it is read is read again.
const TRIES: u32 = 5;

/// The object under a key.
pub(super) fn object(root: &Root, path: &KeyPath) -> Result<Option<Object>, StoreError> {
    let content = |file: &mut File| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map(|_| bytes)
    };
    let Some((bytes, stat)) = stable(root, path, content)? else { return Ok(None) };
    let info = describe(version_of(&bytes), &stat);
    Ok(Some(Object { bytes: bytes.into(), info }))
}

/// What [`object`] says, without the content.
pub(super) fn info(root: &Root, path: &KeyPath) -> Result<Option<ObjectInfo>, StoreError> {
    Ok(state(root, path)?.map(|(version, stat)| describe(version, &stat)))
}

/// The version of a key's file and what the system says of it.
pub(super) fn state(
    root: &Root,
    path: &KeyPath,
) -> Result<Option<(Version, Metadata)>, StoreError> {
    let found = stable(root, path, digest)?;
    Ok(found.map(|(digest, stat)| (version(&digest), stat)))
}

fn describe(version: Version, stat: &Metadata) -> ObjectInfo {
    ObjectInfo {
        version,
        size: stat.size(),
        modified: modified(stat),
        attributes: Attributes::default(),
        put_id: None,
    }
}

/// The version of content with this SHA-256.
fn version(digest: &str) -> Version {
    Version::new(&format!("sha256:{digest}"))
}

/// The version of some bytes.
pub(super) fn version_of(bytes: &[u8]) -> Version {
    version(&hex::encode(sha2::Sha256::digest(bytes)))
}

/// When a file was last written.
fn modified(stat: &Metadata) -> Timestamp {
    let nanoseconds = u32::try_from(stat.mtime_nsec()).unwrap_or_default();
    Timestamp::from_timestamp(stat.mtime(), nanoseconds).unwrap_or_default()
}

/// The SHA-256 of the rest of a file, without holding it in memory.
fn digest(file: &mut File) -> std::io::Result<String> {
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex::encode(hasher.finalize())),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads a key's file until it did not change meanwhile. `None`: there is no such file.
fn stable<T>(
    root: &Root,
    path: &KeyPath,
    read: impl Fn(&mut File) -> std::io::Result<T>,
) -> Result<Option<(T, Metadata)>, StoreError> {
    let context = || format!("cannot read '{}'", path.key());
    for attempt in 1..=TRIES {
        let Some(directory) = root.parent(path)? else { return Ok(None) };
        let Some(mut file) = open(&directory, path)? else { return Ok(None) };
        match read_stable(&mut file, &read).map_err(|error| errors::io(&context(), error))? {
            Some(found) => return Ok(Some(found)),
            None => std::thread::sleep(Duration::from_millis(5) * attempt),
        }
    }
    Err(StoreError::Transient(format!("'{}' is being written all the time", path.key())))
}

/// Reads an open file; `None`: it was written to meanwhile.
fn read_stable<T>(
    file: &mut File,
    read: impl Fn(&mut File) -> std::io::Result<T>,
) -> std::io::Result<Option<(T, Metadata)>> {
    let mark = |stat: &Metadata| (stat.size(), stat.mtime(), stat.mtime_nsec());
    let before = file.metadata()?;
    let found = read(file)?;
    let after = file.metadata()?;
    Ok((mark(&before) == mark(&after)).then_some((found, after)))
}

/// Opens a key's file; `None`: there is none. Links and special files are refused.
fn open(directory: &OwnedFd, path: &KeyPath) -> Result<Option<File>, StoreError> {
    match open_regular(directory, path.name()) {
        Ok(file) => Ok(Some(file)),
        Err(Errno::NOENT | Errno::ISDIR) => Ok(None),
        Err(Errno::LOOP | Errno::NXIO | Errno::NODEV) => {
            Err(errors::key(path.key(), "there is a link or a special file in its place"))
        }
        Err(errno) => Err(trouble(path, errno)),
    }
}

/// Opens a file if it is an ordinary one: `LOOP` for a link, `ISDIR` for a directory, `NODEV`
/// for anything else. Nothing is opened that could block or act on being opened.
pub(super) fn open_regular(directory: impl AsFd, name: &[u8]) -> Result<File, Errno> {
    let stat = rustix::fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(Errno::ISDIR),
        FileType::Symlink => return Err(Errno::LOOP),
        _ => return Err(Errno::NODEV),
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::openat(&directory, name, flags, Mode::empty()).map(File::from)
}

/// The version of whatever has a name in a directory; `None`: nothing has.
pub(super) fn fingerprint(directory: impl AsFd, name: &[u8]) -> Result<Option<Version>, Errno> {
    let stat = match rustix::fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => return Ok(None),
        answer => answer?,
    };
    let file = open_regular(&directory, name).ok();
    let digest = file.and_then(|mut file| read_stable(&mut file, digest).ok().flatten());
    Ok(Some(digest.map_or_else(|| mark(&stat), |(digest, _)| version(&digest))))
}

/// A version for what cannot be read as a file; it is never the version of any content.
pub(super) fn mark(stat: &Stat) -> Version {
    let Stat { st_ino, st_size, st_mtime, st_mtime_nsec, .. } = stat;
    Version::new(&format!("unread:{st_ino}-{st_size}-{st_mtime}.{st_mtime_nsec}"))
}
