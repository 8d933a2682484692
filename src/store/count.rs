//! How many requests a store was asked for.
//!
//! A store is counted once: a service that speaks HTTP bumps its [`Stats`] for each request
//! that it sends, as one call of [`Store`] can be several; every other store is wrapped in
//! [`Counting`]. [`super::open::open`] does one or the other.

use super::{Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Kept, Key, Listing, Object, ObjectInfo, Precondition, Timestamp,
    Version, VersionId,
};
use async_trait::async_trait;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Request {
    /// One page of a listing.
    List,
    /// An object's content.
    Get,
    /// An object's version only.
    Head,
    /// A write.
    Put,
    /// A deletion.
    Delete,
    /// Anything else, such as where a bucket is.
    Other,
}

/// Counters that several parts can bump at once.
#[derive(Debug, Default)]
pub struct Stats {
    requests: [AtomicU64; 6],
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

/// What [`Stats`] said at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Pages of listings.
    pub list: u64,
    /// Objects read.
    pub get: u64,
    /// Versions read.
    pub head: u64,
    /// Writes sent.
    pub put: u64,
    /// Deletions sent.
    pub delete: u64,
    /// Everything else.
    pub other: u64,
    /// Bytes of content read.
    pub bytes_in: u64,
    /// Bytes of content written.
    pub bytes_out: u64,
}

impl Counts {
    /// All requests together.
    pub fn requests(&self) -> u64 {
        self.list + self.get + self.head + self.put + self.delete + self.other
    }
}

impl std::ops::Add for Counts {
    type Output = Self;

    /// What two stores cost together.
    fn add(self, other: Self) -> Self {
        Self {
            list: self.list + other.list,
            get: self.get + other.get,
            head: self.head + other.head,
            put: self.put + other.put,
            delete: self.delete + other.delete,
            other: self.other + other.other,
            bytes_in: self.bytes_in + other.bytes_in,
            bytes_out: self.bytes_out + other.bytes_out,
        }
    }
}

impl Stats {
    /// Counts one request.
    pub fn request(&self, request: Request) {
        self.requests[request as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts content that was read.
    pub fn received(&self, bytes: u64) {
        self.bytes_in.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts content that was sent.
    pub fn sent(&self, bytes: u64) {
        self.bytes_out.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The counters now.
    pub fn counts(&self) -> Counts {
        let of = |request: Request| self.requests[request as usize].load(Ordering::Relaxed);
        Counts {
            list: of(Request::List),
            get: of(Request::Get),
            head: of(Request::Head),
            put: of(Request::Put),
            delete: of(Request::Delete),
            other: of(Request::Other),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
        }
    }
}

/// A store whose calls are counted.
#[derive(Debug)]
pub struct Counting<S> {
    inner: S,
    stats: Arc<Stats>,
}

impl<S: Store> Counting<S> {
    /// Counts what goes to `inner` in `stats`.
    pub fn new(inner: S, stats: Arc<Stats>) -> Self {
        Self { inner, stats }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: Store> Store for Counting<S> {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    fn clock_offset(&self) -> Option<chrono::TimeDelta> {
        self.inner.clock_offset()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.stats.request(Request::List);
        self.inner.list().await
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.stats.request(Request::Get);
        let object = self.inner.get(key).await?;
        self.stats.received(object.as_ref().map_or(0, |object| object.info.size));
        Ok(object)
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.stats.request(Request::Head);
        self.inner.head(key).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.stats.request(Request::Put);
        self.stats.sent(upload.bytes.len() as u64);
        self.inner.put(key, upload, precondition, deadline).await
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        self.stats.request(Request::Delete);
        self.inner.delete(key, version, deadline).await
    }

    fn hands_out_versions(&self) -> bool {
        self.inner.hands_out_versions()
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Kept>, StoreError> {
        self.stats.request(Request::Other);
        self.inner.versions(key).await
    }

    async fn history(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        self.stats.request(Request::List);
        self.inner.history().await
    }

    async fn get_kept(&self, key: &Key, id: &VersionId) -> Result<Option<Object>, StoreError> {
        self.stats.request(Request::Get);
        self.inner.get_kept(key, id).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.stats.request(Request::Other);
        self.inner.probe(scratch).await
    }
}
