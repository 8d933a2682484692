//! `file:///path`: a store in a directory. A version is the SHA-256 of the content.
//!
//! # What is exact
//!
//! Writers of this program exclude each other by `flock` on the root directory. Others know of
//! no lock: kops writes a temporary file beside its target and renames it over. So a file is
//! never simply replaced:
//!
//! - *create* is a rename that refuses to replace;
//! - *update* **exchanges** the new file with the old one, then looks at what was displaced. If
//!   it is not the expected version, the two are exchanged back;
//! - *delete* moves the file aside, looks at it, and moves it back if it is not the expected one.
//!
//! What is displaced is only removed after it was found to be the expected version, so no
//! content that nobody saw is ever lost to our writes. While a file is held aside, an
//! *intent* beside it says what for; if the process is killed, whoever comes next puts it right.
//!
//! # What is not
//!
//! - A write that is refused in the very end is visible for a moment, and a file that is moved
//!   back was missing for a moment. A blind write or delete in that moment wins, as it would have
//!   without us.
//! - A program that rewrites a file **in place** and had it open while we replaced it writes
//!   into the replaced file. kops and editors that rename do not do that.
//! - A directory that becomes empty is removed; kops may see it vanish between making it and
//!   writing into it, and fails loudly.
//! - The file system must know `flock` and renames that exchange: local ones do, NFS does not,
//!   and the probe says so.
//!
//! Symbolic links and special files are never listed, followed or written through.
//! Attributes and put ids are not kept.

mod errors;
mod holding;
mod intent;
mod keys;
mod list;
mod read;
#[cfg(test)]
mod recovery_tests;
mod root;
mod work;
mod write;

use super::{Clock, Store, StoreError, Upload, probe};
use crate::model::{
    Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl, Timestamp,
    Version,
};
use async_trait::async_trait;
use keys::KeyPath;
use root::{Locked, Root};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The longest wait between two tries to get the lock.
const LOCK_WAIT: Duration = Duration::from_millis(20);
/// How long a reader waits for a writer whose intent it sees.
const READER_PATIENCE: Duration = Duration::from_secs(5);

/// A store in a directory.
pub struct FileStore {
    identity: Identity,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// Queues the writers of this process, so that only one of them waits for the lock.
    queue: tokio::sync::Mutex<()>,
}

impl FileStore {
    /// Opens the directory that a URL names.
    ///
    /// # Errors
    /// [`StoreError::NoStore`] when there is nothing, [`StoreError::Settings`] when it is no
    /// directory, [`StoreError::Denied`] when it may not be read.
    pub fn open(url: &StoreUrl, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let identity = Identity { url: url.to_string(), endpoint: String::new() };
        let path = PathBuf::from(format!("/{}", url.prefix));
        Root::open(&path)?;
        Ok(Self { identity, path, clock, queue: tokio::sync::Mutex::default() })
    }

    /// Waits for the lock until `deadline`.
    async fn lock(&self, key: &Key, deadline: Timestamp) -> Result<Locked, StoreError> {
        let mut wait = Duration::from_millis(1);
        loop {
            if self.clock.now() > deadline {
                return Err(StoreError::Expired(key.clone()));
            }
            if let Some(locked) = Root::open(&self.path)?.try_lock()? {
                return Ok(locked);
            }
            self.clock.sleep(wait).await;
            wait = (wait * 2).min(LOCK_WAIT);
        }
    }

    /// Puts right what a killed writer left, or waits for a live one to finish.
    async fn tidy(&self) -> Result<(), StoreError> {
        if !holding::is_pending(&Root::open(&self.path)?) {
            return Ok(());
        }
        let end = self.clock.now() + READER_PATIENCE;
        let settled = match self.lock(&Key::from(""), end).await {
            Ok(locked) => work::on_thread(move || intent::recover(&locked)).await?,
            Err(error) => Err(error),
        };
        if let Err(error) = settled {
            tracing::warn!(store = %self.identity, %error, "cannot finish what another writer began");
        }
        Ok(())
    }

    /// Removes what a killed writer held and nobody needs, unless somebody is writing now.
    async fn sweep(&self) -> Result<(), StoreError> {
        let root = Root::open(&self.path)?;
        if !holding::is_there(&root) {
            return Ok(());
        }
        let swept = match root.try_lock() {
            Ok(Some(locked)) => work::on_thread(move || intent::recover(&locked)).await?,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = swept {
            tracing::debug!(store = %self.identity, %error, "what a killed writer held stays");
        }
        Ok(())
    }

    async fn read<T: Send + 'static>(
        &self,
        key: &Key,
        read: fn(&Root, &KeyPath) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let path = KeyPath::parse(key)?;
        self.tidy().await?;
        let root = Root::open(&self.path)?;
        work::on_thread(move || read(&root, &path)).await?
    }

    /// Runs a write under the lock. If its thread dies, nobody knows what it did.
    async fn write<T: Send + 'static>(
        &self,
        key: &Key,
        deadline: Timestamp,
        write: impl FnOnce(&write::Writer<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let path = KeyPath::parse(key)?;
        let _queued = self.queue.lock().await;
        let locked = self.lock(key, deadline).await?;
        let clock = Arc::clone(&self.clock);
        let job = move || {
            intent::recover(&locked)?;
            let in_time = || clock.now() <= deadline;
            write(&write::Writer { root: &locked, path: &path, in_time: &in_time })
        };
        work::on_thread(job).await.unwrap_or_else(|error| {
            Err(StoreError::Ambiguous { key: key.clone(), reason: error.to_string() })
        })
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileStore({})", self.identity)
    }
}

#[async_trait]
impl Store for FileStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.tidy().await?;
        self.sweep().await?;
        let root = Root::open(&self.path)?;
        work::on_thread(move || list::list(&root)).await?
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.read(key, read::object).await
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.read(key, read::info).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let (bytes, precondition) = (upload.bytes.clone(), precondition.clone());
        self.write(key, deadline, move |writer| match &precondition {
            Precondition::MustNotExist => writer.create(&bytes),
            Precondition::MustMatch(version) => writer.update(&bytes, version),
        })
        .await
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let version = version.clone();
        self.write(key, deadline, move |writer| writer.delete(&version)).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        probe::by_behaviour(self, &*self.clock, scratch).await
    }
}
