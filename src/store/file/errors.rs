//! What the system's errors mean for a store.

use crate::model::Key;
use crate::store::StoreError;
use rustix::io::Errno;

/// The error of a system call, by what can be done about it.
pub(super) fn system(context: &str, errno: Errno) -> StoreError {
    match errno {
        Errno::ACCESS | Errno::PERM | Errno::ROFS => {
            StoreError::Denied(format!("{context}: {}", std::io::Error::from(errno)))
        }
        Errno::XDEV => StoreError::Unsupported(format!(
            "{context}: a part of the directory is another file system"
        )),
        Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS => StoreError::Unsupported(format!(
            "{context}: the file system lacks locks or conditional renames ({errno})"
        )),
        _ => StoreError::Io { context: context.to_owned(), source: errno.into() },
    }
}

/// The error of a library call.
pub(super) fn io(context: &str, error: std::io::Error) -> StoreError {
    match Errno::from_io_error(&error) {
        Some(errno) => system(context, errno),
        None => StoreError::Io { context: context.to_owned(), source: error },
    }
}

/// A key that this directory cannot hold.
pub(super) fn key(key: &Key, reason: impl Into<String>) -> StoreError {
    StoreError::Key { key: key.clone(), reason: reason.into() }
}

/// An error after which nobody knows whether the write will last.
pub(super) fn ambiguous(key: &Key, error: &StoreError) -> StoreError {
    StoreError::Ambiguous { key: key.clone(), reason: error.to_string() }
}
