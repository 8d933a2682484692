//! The port to state stores, one file a service, and what wraps them.
//!
//! [`Store`] is what every service offers: list, get, head, put and delete on raw keys, where
//! **every write takes a precondition**. There is no way to write without one.
//! Nothing here knows of git.

pub mod azure;
pub mod backoff;
pub mod careful;
pub mod clock;
pub mod count;
pub mod file;
pub mod gcs;
pub mod memory;
pub mod open;
pub mod probe;
pub mod retry;
pub mod s3;
pub mod settle;
pub mod surroundings;
pub mod swift;

mod wire;

#[cfg(test)]
mod testing;

pub use clock::{Clock, SystemClock};
pub use surroundings::Surroundings;

use crate::model::{
    Attributes, Capabilities, Identity, Kept, Key, Listing, Object, ObjectInfo, Precondition,
    PutId, Timestamp, Version, VersionId,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The content and everything else that a write sends.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The new content.
    pub bytes: Bytes,
    /// What the object shall have beside it; for an update, what it already had.
    pub attributes: Attributes,
    /// The mark of this write.
    pub put_id: PutId,
}

/// A state store.
///
/// # Contract
///
/// *Implementers*: keys are raw bytes and are never normalised; a key that the service cannot
/// hold is refused with [`StoreError::Key`]. A listing is complete or an error: pages in
/// strictly increasing byte order, no repeated token, every key inside the prefix, and a key
/// that cannot be read fails nothing but itself. A version comes from the same reply as the
/// bytes. A write that was refused by its precondition has changed nothing. When it is not
/// known whether a write took place, the error is [`StoreError::Ambiguous`]; writes are never
/// repeated inside an implementation. Only the service's own word for "no such key" is `None`;
/// every other failure, a missing bucket among them, is an error.
///
/// *Callers*: settle an [`StoreError::Ambiguous`] by reading; see [`settle`].
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Which store this is.
    fn identity(&self) -> &Identity;

    /// Everything below the prefix, except the probe's own scratch objects.
    async fn list(&self) -> Result<Listing, StoreError>;

    /// An object with its version; `None`: there is no such key.
    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError>;

    /// What [`Store::get`] says, without the content.
    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError>;

    /// Writes an object if `precondition` holds, and not after `deadline`; returns its version.
    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError>;

    /// Deletes an object if it has exactly this version, and not after `deadline`.
    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError>;

    /// Whether [`Store::versions`] can be asked. Versions that cannot are no witnesses.
    fn hands_out_versions(&self) -> bool {
        false
    }

    /// The versions that the store keeps of a key, newest first, with deletions among them.
    async fn versions(&self, _key: &Key) -> Result<Vec<Kept>, StoreError> {
        Err(StoreError::Unsupported("it keeps no versions that can be asked for".into()))
    }

    /// The versions of all keys below the prefix, as [`Store::versions`] gives them.
    async fn history(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        Err(StoreError::Unsupported("it keeps no versions that can be asked for".into()))
    }

    /// One of the versions that the store keeps; `None`: it is gone.
    async fn get_kept(&self, _key: &Key, _id: &VersionId) -> Result<Option<Object>, StoreError> {
        Err(StoreError::Unsupported("it keeps no versions that can be asked for".into()))
    }

    /// How far the service's clock was ahead of ours at its last reply; `None`: it has none of
    /// its own, or has not answered yet.
    fn clock_offset(&self) -> Option<TimeDelta> {
        None
    }

    /// Finds out by behaviour what the store can guarantee, with scratch objects that are
    /// removed again. `scratch` makes their names unlike any other.
    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: Store + ?Sized> Store for Arc<S> {
    fn identity(&self) -> &Identity {
        (**self).identity()
    }

    fn clock_offset(&self) -> Option<TimeDelta> {
        (**self).clock_offset()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        (**self).list().await
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        (**self).get(key).await
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        (**self).head(key).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        (**self).put(key, upload, precondition, deadline).await
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        (**self).delete(key, version, deadline).await
    }

    fn hands_out_versions(&self) -> bool {
        (**self).hands_out_versions()
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Kept>, StoreError> {
        (**self).versions(key).await
    }

    async fn history(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        (**self).history().await
    }

    async fn get_kept(&self, key: &Key, id: &VersionId) -> Result<Option<Object>, StoreError> {
        (**self).get_kept(key, id).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        (**self).probe(scratch).await
    }
}

/// The first component of the probe's scratch keys: beside the clusters, never in one, and
/// never ending in `/config`. Listings leave them out.
pub const SCRATCH_PREFIX: &str = ".git-store-probe";

/// Whether a key, below the store's prefix, is one of the probe's.
pub fn is_scratch(key: &Key) -> bool {
    key.as_bytes()
        .strip_prefix(SCRATCH_PREFIX.as_bytes())
        .is_some_and(|rest| rest.starts_with(b"/"))
}

/// What can go wrong with a store, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The precondition did not hold; nothing was written.
    #[error("'{0}' was changed by somebody else meanwhile")]
    Precondition(Key),
    /// The write may or may not have taken place.
    #[error("no answer whether '{key}' was written: {reason}")]
    Ambiguous {
        /// The key.
        key: Key,
        /// What happened instead of an answer.
        reason: String,
    },
    /// The deadline passed before the write was sent, or the service refused it as expired.
    #[error("the time for writing '{0}' has run out; nothing was written")]
    Expired(Key),
    /// The request did not take effect and may be sent again.
    #[error("{0}")]
    Transient(String),
    /// The credentials do not allow it, or there are none.
    #[error("access denied: {0}")]
    Denied(String),
    /// No credentials were found or they cannot be used.
    #[error("no usable credentials: {0}")]
    Credentials(String),
    /// The bucket or directory does not exist.
    #[error("{0}")]
    NoStore(String),
    /// The service cannot be reached.
    #[error("cannot reach the store: {0}")]
    Unreachable(String),
    /// The service answered something that no such service answers.
    #[error("the store's answer makes no sense: {0}")]
    Protocol(String),
    /// The service does not offer what was asked for.
    #[error("the store cannot do this: {0}")]
    Unsupported(String),
    /// The key cannot be used with this service.
    #[error("the key '{key}' cannot be used: {reason}")]
    Key {
        /// The key.
        key: Key,
        /// Why.
        reason: String,
    },
    /// The settings make no sense.
    #[error("{0}")]
    Settings(String),
    /// Reading or writing a local file failed.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: String,
        /// The system's error.
        source: std::io::Error,
    },
}
