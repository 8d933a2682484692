//! The directory where files are held while they are written.
//!
//! It lies beside the clusters, so that kops never takes one of its files for an object, and
//! is removed when nothing is in it.

use super::errors::{io, system};
use super::intent::Intent;
use super::keys::HOLDING;
use super::root::{Locked, Root};
use crate::model::Failpoint;
use crate::store::StoreError;
use rustix::fs::{AtFlags, Dir, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicU64, Ordering};

const INTENT: &str = "intent";
const DRAFT: &str = "intent.new";
const OBJECT_PREFIX: &str = "object-";
/// As kops gives its files.
const FILE_MODE: Mode = Mode::from_raw_mode(0o600);

/// The directory, opened by the one who has the lock.
pub(super) struct Holding<'a> {
    root: &'a Locked,
    pub(super) fd: OwnedFd,
}

/// Whether somebody is writing, or was killed while they held something.
pub(super) fn is_there(root: &Root) -> bool {
    rustix::fs::statat(root.fd(), HOLDING, AtFlags::SYMLINK_NOFOLLOW).is_ok()
}

/// Whether somebody began a write and has not finished it.
pub(super) fn is_pending(root: &Root) -> bool {
    let path = format!("{HOLDING}/{INTENT}");
    rustix::fs::statat(root.fd(), path, AtFlags::SYMLINK_NOFOLLOW).is_ok()
}

/// A name that no other write uses, ever: a leftover can never be taken for another's.
pub(super) fn unique_name() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let nanoseconds = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{OBJECT_PREFIX}{nanoseconds:x}-{:x}-{number:x}", std::process::id())
}

impl<'a> Holding<'a> {
    /// Opens the directory; `None`: there is none.
    pub(super) fn open(root: &'a Locked) -> Result<Option<Self>, StoreError> {
        let fd = root.directory(&[HOLDING.as_bytes()]).map_err(|errno| trouble("open", errno))?;
        Ok(fd.map(|fd| Self { root, fd }))
    }

    /// Opens the directory, and makes it if there is none.
    pub(super) fn make(root: &'a Locked) -> Result<Self, StoreError> {
        match rustix::fs::mkdirat(root.fd(), HOLDING, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(trouble("make", errno)),
        }
        Self::open(root)?.ok_or_else(|| trouble("open", Errno::NOENT))
    }

    /// Writes a new file that lasts, with the mode and owner of the one it will replace.
    pub(super) fn stage(
        &self,
        name: &str,
        bytes: &[u8],
        like: Option<&Metadata>,
    ) -> Result<(), StoreError> {
        let mut file = self.create(name).map_err(|errno| trouble("write to", errno))?;
        file.write_all(bytes).map_err(|error| io("cannot write a file", error))?;
        if let Some(old) = like {
            let mode = Mode::from_raw_mode(old.mode() & 0o7777);
            keep_owner(&file, old);
            rustix::fs::fchmod(&file, mode).map_err(|errno| system("cannot set a mode", errno))?;
        }
        file.sync_all().map_err(|error| io("cannot write a file to the disk", error))?;
        Failpoint::FileStaged.reach();
        Ok(())
    }

    /// Says what is about to be done, so that it outlives this process.
    pub(super) fn declare(&self, intent: &Intent) -> Result<(), StoreError> {
        self.remove(DRAFT)?;
        self.stage(DRAFT, intent.to_text().as_bytes(), None)?;
        rustix::fs::renameat(&self.fd, DRAFT, &self.fd, INTENT)
            .and_then(|()| rustix::fs::fsync(&self.fd))
            .map_err(|errno| trouble("write to", errno))?;
        Failpoint::IntentDeclared.reach();
        Ok(())
    }

    /// What was declared and not finished.
    pub(super) fn intent(&self) -> Result<Option<Intent>, StoreError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&self.fd, INTENT, flags, Mode::empty()) {
            Err(Errno::NOENT) => return Ok(None),
            answer => answer.map_err(|errno| trouble("read", errno))?,
        };
        let mut text = String::new();
        File::from(file)
            .read_to_string(&mut text)
            .map_err(|error| io("cannot read what another writer began", error))?;
        Intent::from_text(&text).map(Some)
    }

    /// Forgets the intent, then everything that was held. Only when all of it may go.
    pub(super) fn clear(&self) -> Result<(), StoreError> {
        self.remove(INTENT)?; // first: what is held without an intent is nobody's
        Failpoint::IntentWithdrawn.reach();
        self.remove(DRAFT)?;
        let children = Dir::read_from(&self.fd).map_err(|errno| trouble("list", errno))?;
        for child in children {
            let child = child.map_err(|errno| trouble("list", errno))?;
            let name = child.file_name().to_str().unwrap_or_default();
            if name.starts_with(OBJECT_PREFIX) {
                self.remove(name)?;
            }
        }
        let _not_empty = rustix::fs::unlinkat(self.root.fd(), HOLDING, AtFlags::REMOVEDIR);
        Ok(())
    }

    fn create(&self, name: &str) -> Result<File, Errno> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        rustix::fs::openat(&self.fd, name, flags, FILE_MODE).map(File::from)
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(trouble("remove a file from", errno)),
        }
    }
}

/// Keeps a file's owner if that is allowed; kops, too, makes the file its own.
fn keep_owner(file: &File, old: &Metadata) {
    let is_other =
        file.metadata().is_ok_and(|new| (new.uid(), new.gid()) != (old.uid(), old.gid()));
    let (owner, group) = (Uid::from_raw(old.uid()), Gid::from_raw(old.gid()));
    if is_other && let Err(error) = rustix::fs::fchown(file, Some(owner), Some(group)) {
        tracing::debug!(%error, "the owner of a file cannot be kept");
    }
}

fn trouble(what: &str, errno: Errno) -> StoreError {
    system(&format!("cannot {what} the directory {HOLDING}"), errno)
}
