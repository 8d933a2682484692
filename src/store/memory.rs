//! `memfs://name`: a store in memory, shared by name within the process.
//!
//! Every precondition holds exactly, attributes and put ids are kept, versions are not.

use super::{Clock, Store, StoreError, Upload, is_scratch, probe};
use crate::model::{
    Capabilities, Entry, Identity, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl,
    Timestamp, Version,
};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

type Shelf = Mutex<BTreeMap<Key, Object>>;

static SHELVES: LazyLock<Mutex<BTreeMap<String, Arc<Shelf>>>> = LazyLock::new(Mutex::default);
static VERSIONS: AtomicU64 = AtomicU64::new(1);

/// The longest key, prefix and all; what S3 allows.
const LONGEST_KEY: usize = 1024;

/// A store in memory. A clone is another handle on the same store.
#[derive(Clone)]
pub struct MemoryStore {
    identity: Identity,
    /// The prefix with its `/`, or nothing.
    prefix: Vec<u8>,
    shelf: Arc<Shelf>,
    clock: Arc<dyn Clock>,
}

impl MemoryStore {
    /// The store that every part of this process reaches under the same name.
    pub fn open(url: &StoreUrl, clock: Arc<dyn Clock>) -> Self {
        let shelf = Arc::clone(locked(&SHELVES).entry(url.host.clone()).or_default());
        Self::on(shelf, url.to_string(), &url.prefix, clock)
    }

    /// An empty store that nobody else can reach.
    pub fn fresh(clock: Arc<dyn Clock>) -> Self {
        Self::on(Arc::default(), "memfs://fresh".to_owned(), "", clock)
    }

    fn on(shelf: Arc<Shelf>, url: String, prefix: &str, clock: Arc<dyn Clock>) -> Self {
        let identity = Identity { url, endpoint: String::new() };
        let slash = if prefix.is_empty() { "" } else { "/" };
        Self { identity, prefix: format!("{prefix}{slash}").into_bytes(), shelf, clock }
    }

    /// Writes as somebody who looks at nothing, the way kops does. For tests and simulations.
    pub fn write_blindly(&self, key: &Key, bytes: impl Into<bytes::Bytes>) -> Version {
        let object = self.object(bytes.into(), Default::default(), None);
        let version = object.info.version.clone();
        locked(&self.shelf).insert(self.raw(key), object);
        version
    }

    /// Deletes as somebody who looks at nothing. For tests and simulations.
    pub fn delete_blindly(&self, key: &Key) {
        locked(&self.shelf).remove(&self.raw(key));
    }

    fn raw(&self, key: &Key) -> Key {
        Key::new([&self.prefix, key.as_bytes()].concat())
    }

    fn checked(&self, key: &Key) -> Result<Key, StoreError> {
        let refuse =
            |reason: &str| Err(StoreError::Key { key: key.clone(), reason: reason.into() });
        let raw = self.raw(key);
        if key.as_bytes().is_empty() {
            return refuse("it is empty");
        }
        if raw.as_bytes().len() > LONGEST_KEY {
            return refuse("it is longer than 1,024 bytes");
        }
        Ok(raw)
    }

    fn object(
        &self,
        bytes: bytes::Bytes,
        attributes: crate::model::Attributes,
        put_id: Option<crate::model::PutId>,
    ) -> Object {
        let number = VERSIONS.fetch_add(1, Ordering::Relaxed);
        let info = ObjectInfo {
            version: Version::new(&format!("memory-{number}")),
            size: bytes.len() as u64,
            modified: self.clock.now(),
            attributes,
            put_id,
        };
        Object { bytes, info }
    }

    fn in_time(&self, key: &Key, deadline: Timestamp) -> Result<(), StoreError> {
        if self.clock.now() > deadline { Err(StoreError::Expired(key.clone())) } else { Ok(()) }
    }
}

/// A panic elsewhere cannot leave a map half changed, so a poisoned lock is as good as any.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({})", self.identity)
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        let shelf = locked(&self.shelf);
        let entries = shelf.iter().filter_map(|(raw, object)| {
            let key = Key::new(raw.as_bytes().strip_prefix(&self.prefix[..])?);
            let ObjectInfo { version, size, modified, .. } = object.info.clone();
            (!is_scratch(&key)).then_some((key, Entry { version, size, modified }))
        });
        Ok(entries.filter(|(key, _)| !key.as_bytes().is_empty()).collect())
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        Ok(locked(&self.shelf).get(&self.checked(key)?).cloned())
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        Ok(locked(&self.shelf).get(&self.checked(key)?).map(|object| object.info.clone()))
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let raw = self.checked(key)?;
        let mut shelf = locked(&self.shelf);
        self.in_time(key, deadline)?;
        let holds = match (precondition, shelf.get(&raw)) {
            (Precondition::MustNotExist, old) => old.is_none(),
            (Precondition::MustMatch(version), old) => {
                old.is_some_and(|old| old.info.version == *version)
            }
        };
        if !holds {
            return Err(StoreError::Precondition(key.clone()));
        }
        let (attributes, put_id) = (upload.attributes.clone(), Some(upload.put_id.clone()));
        let object = self.object(upload.bytes.clone(), attributes, put_id);
        let version = object.info.version.clone();
        shelf.insert(raw, object);
        Ok(version)
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let raw = self.checked(key)?;
        let mut shelf = locked(&self.shelf);
        self.in_time(key, deadline)?;
        if shelf.get(&raw).is_none_or(|old| old.info.version != *version) {
            return Err(StoreError::Precondition(key.clone()));
        }
        shelf.remove(&raw);
        Ok(())
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        probe::by_behaviour(self, &*self.clock, scratch).await
    }
}
