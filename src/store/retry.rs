//! Reads that are repeated while a store stumbles. Writes never are: see [`super::settle`].

use super::backoff::Backoff;
use super::{Clock, Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Kept, Key, Listing, Object, ObjectInfo, Precondition, Timestamp,
    Version, VersionId,
};
use async_trait::async_trait;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long and how often a read is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often at most, with the first time.
    pub attempts: u32,
    /// No new attempt begins so long after the first one began.
    pub total: Duration,
    /// About how long to wait before the second attempt; twice as long before each further one.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            total: Duration::from_secs(60),
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(10),
        }
    }
}

/// A store whose reads are repeated on [`StoreError::Transient`].
pub struct Retrying<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    patience: Patience,
    seed: AtomicU64,
}

impl<S: Store> Retrying<S> {
    /// Repeats the reads of `inner`; `seed` spreads the waits of several processes.
    pub fn new(inner: S, clock: Arc<dyn Clock>, patience: Patience, seed: u64) -> Self {
        Self { inner, clock, patience, seed: AtomicU64::new(seed) }
    }

    async fn repeat<'a, T>(
        &'a self,
        read: impl Fn() -> BoxFuture<'a, Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let Patience { attempts, total, first_wait, longest_wait } = self.patience;
        let seed = self.seed.fetch_add(1, Ordering::Relaxed);
        let mut backoff = Backoff::new(first_wait, longest_wait, seed);
        let end = self.clock.now() + total;
        let mut tried = 1;
        loop {
            let reason = match read().await {
                Err(StoreError::Transient(reason)) => reason,
                answer => return answer,
            };
            let wait = backoff.wait();
            if tried >= attempts || self.clock.now() + wait > end {
                return Err(StoreError::Transient(format!("{reason} ({})", times(tried))));
            }
            tracing::debug!(%reason, tried, "waiting before a read is repeated");
            self.clock.sleep(wait).await;
            tried += 1;
        }
    }
}

fn times(tried: u32) -> String {
    if tried == 1 { "tried once".to_owned() } else { format!("tried {tried} times") }
}

impl<S: fmt::Debug> fmt::Debug for Retrying<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Retrying({:?})", self.inner)
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: Store> Store for Retrying<S> {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    fn clock_offset(&self) -> Option<chrono::TimeDelta> {
        self.inner.clock_offset()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.repeat(|| self.inner.list()).await
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        let key = key.clone();
        self.repeat(|| {
            let key = key.clone();
            Box::pin(async move { self.inner.get(&key).await })
        })
        .await
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        let key = key.clone();
        self.repeat(|| {
            let key = key.clone();
            Box::pin(async move { self.inner.head(&key).await })
        })
        .await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.inner.put(key, upload, precondition, deadline).await
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.delete(key, version, deadline).await
    }

    fn hands_out_versions(&self) -> bool {
        self.inner.hands_out_versions()
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Kept>, StoreError> {
        self.repeat(|| self.inner.versions(key)).await
    }

    async fn history(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        self.repeat(|| self.inner.history()).await
    }

    async fn get_kept(&self, key: &Key, id: &VersionId) -> Result<Option<Object>, StoreError> {
        self.repeat(|| self.inner.get_kept(key, id)).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.inner.probe(scratch).await
    }
}
