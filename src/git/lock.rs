//! git-store's own lock on a repository, which the system drops when its holder dies.

use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long [`RepositoryLock::wait`] waits for another process.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Held until dropped. It is bound to an open file, so a process that was killed holds
/// nothing. Not reentrant: a second one in the same process waits like any other.
#[derive(Debug)]
pub struct RepositoryLock {
    _file: File,
}

impl RepositoryLock {
    /// Takes the lock if nobody holds it.
    ///
    /// # Errors
    /// When the lock file cannot be made or locked.
    pub fn try_take(directory: &Path, name: &str) -> io::Result<Option<Self>> {
        use std::os::unix::fs::OpenOptionsExt as _;
        fs::create_dir_all(directory)?;
        let mut options = OpenOptions::new();
        // The file stays: to remove it while another process opens it would break the lock.
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(directory.join(name))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Takes the lock, and waits for others up to [`PATIENCE`].
    ///
    /// # Errors
    /// `WouldBlock` when another process still holds it; else see [`RepositoryLock::try_take`].
    pub fn wait(directory: &Path, name: &str) -> io::Result<Self> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(lock) = Self::try_take(directory, name)? {
                return Ok(lock);
            }
            if start.elapsed() >= PATIENCE {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}
