//! From a URL to a store.

use super::count::{Counting, Stats};
use super::file::FileStore;
use super::memory::MemoryStore;
use super::retry::{Patience, Retrying};
use super::{Clock, Store, StoreError};
use crate::model::{Scheme, StoreUrl};
use std::sync::Arc;

/// A store that is ready, and what it was asked so far.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The store; its reads are repeated where that helps.
    pub store: Arc<dyn Store>,
    /// What goes over the wire, repetitions included.
    pub stats: Arc<Stats>,
}

/// Opens the store that a URL names.
///
/// # Errors
/// [`StoreError`] when the store is not there or cannot be used; nothing is created.
#[expect(clippy::unused_async, reason = "services are asked where a bucket is")]
pub async fn open(url: &StoreUrl, clock: Arc<dyn Clock>) -> Result<Opened, StoreError> {
    let stats = Arc::new(Stats::default());
    let counted: Arc<dyn Store> = match url.scheme {
        Scheme::File => {
            let store = FileStore::open(url, Arc::clone(&clock))?;
            Arc::new(Counting::new(store, Arc::clone(&stats)))
        }
        Scheme::Memfs => {
            let store = MemoryStore::open(url, Arc::clone(&clock));
            Arc::new(Counting::new(store, Arc::clone(&stats)))
        }
        // S3 goes here: S3Store::connect(url, settings, clock, stats); it counts by itself.
        Scheme::S3 => return Err(StoreError::Unsupported("s3:// is not built in".to_owned())),
    };
    let seed = u64::from(std::process::id()) ^ clock.now().timestamp_micros().unsigned_abs();
    let store = Arc::new(Retrying::new(counted, clock, Patience::default(), seed));
    Ok(Opened { store, stats })
}
