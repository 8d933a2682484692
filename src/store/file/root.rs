//! The root directory, its lock, and ways to directories below it that follow no links.

use super::errors::{key as key_error, system};
use super::keys::KeyPath;
use crate::store::StoreError;
use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::ops::Deref;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// As kops makes them.
const DIRECTORY_MODE: Mode = Mode::from_raw_mode(0o755);

/// The store's directory.
pub(super) struct Root {
    fd: OwnedFd,
}

/// The store's directory while no other process of this program writes to it.
///
/// The lock ends with the descriptor, so also with a killed process.
pub(super) struct Locked(Root);

impl Deref for Locked {
    type Target = Root;

    fn deref(&self) -> &Root {
        &self.0
    }
}

impl Root {
    /// Opens the root. It may itself be a link; everything below it may not.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = DIRECTORY.difference(OFlags::NOFOLLOW);
        match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(fd) => Ok(Self { fd }),
            Err(Errno::NOENT) => {
                Err(StoreError::NoStore(format!("the directory {} does not exist", path.display())))
            }
            Err(Errno::NOTDIR) => {
                Err(StoreError::Settings(format!("{} is not a directory", path.display())))
            }
            Err(errno) => Err(system(&format!("cannot open {}", path.display()), errno)),
        }
    }

    /// The root's descriptor.
    pub(super) fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    /// Takes the lock if nobody has it.
    pub(super) fn try_lock(self) -> Result<Option<Locked>, StoreError> {
        match rustix::fs::flock(&self.fd, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Locked(self))),
            Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(None),
            Err(errno) => Err(system("cannot lock the directory", errno)),
        }
    }

    /// A directory below the root; `None`: there is none.
    pub(super) fn directory(&self, names: &[&[u8]]) -> Result<Option<OwnedFd>, Errno> {
        let mut fd = self.duplicate()?;
        for name in names {
            fd = match rustix::fs::openat(&fd, *name, DIRECTORY, Mode::empty()) {
                Err(Errno::NOENT) => return Ok(None),
                Err(Errno::NOTDIR | Errno::LOOP) if is_regular(&fd, name) => return Ok(None),
                answer => answer?,
            };
        }
        Ok(Some(fd))
    }

    /// The directory above a key's file; `None`: there is none.
    pub(super) fn parent(&self, path: &KeyPath) -> Result<Option<OwnedFd>, StoreError> {
        self.directory(&path.parents()).map_err(|errno| trouble(path, errno))
    }

    /// The directory above a key's file, made if there is none. What was made lasts.
    pub(super) fn make_parent(&self, path: &KeyPath) -> Result<OwnedFd, StoreError> {
        let mut fd = self.duplicate().map_err(|errno| trouble(path, errno))?;
        for name in path.parents() {
            fd = open_or_make(&fd, name).map_err(|errno| trouble(path, errno))?;
        }
        Ok(fd)
    }

    /// Removes the directories above a key's file as far as they are empty, never the root.
    pub(super) fn remove_empty_parents(&self, path: &KeyPath) {
        let mut names = path.parents();
        while let Some(name) = names.pop() {
            let Ok(Some(above)) = self.directory(&names) else { return };
            if rustix::fs::unlinkat(&above, name, AtFlags::REMOVEDIR).is_err() {
                return;
            }
        }
    }

    fn duplicate(&self) -> Result<OwnedFd, Errno> {
        rustix::io::fcntl_dupfd_cloexec(&self.fd, 0)
    }
}

fn open_or_make(above: &OwnedFd, name: &[u8]) -> Result<OwnedFd, Errno> {
    match rustix::fs::openat(above, name, DIRECTORY, Mode::empty()) {
        Err(Errno::NOENT) => {}
        answer => return answer,
    }
    match rustix::fs::mkdirat(above, name, DIRECTORY_MODE) {
        Ok(()) => rustix::fs::fsync(above)?,
        Err(Errno::EXIST) => {}
        Err(errno) => return Err(errno),
    }
    rustix::fs::openat(above, name, DIRECTORY, Mode::empty())
}

fn is_regular(directory: impl AsFd, name: &[u8]) -> bool {
    rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
}

/// What it means that the way to a key's file is barred.
pub(super) fn trouble(path: &KeyPath, errno: Errno) -> StoreError {
    match errno {
        Errno::NOTDIR | Errno::LOOP => {
            key_error(path.key(), "something that is no directory, or a link, is in its way")
        }
        Errno::NAMETOOLONG => key_error(path.key(), "a name in it is too long for the file system"),
        Errno::ILSEQ => key_error(path.key(), "the file system does not take such a name"),
        _ => system(&format!("cannot use '{}'", path.key()), errno),
    }
}
