//! The stores that the suite runs on.

use crate::gcs::server as gcs_server;
use crate::{azure_servers, s3_servers, swift_servers};
use git_store::model::{Attributes, Key, Level, Precondition, PutId, StoreUrl, Timestamp, Version};
use git_store::store::memory::MemoryStore;
use git_store::store::open::open;
use git_store::store::{Clock, Store, StoreError, Surroundings, SystemClock, Upload};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// A fresh, empty store.
pub struct Fixture {
    /// A handle on it.
    pub store: Arc<dyn Store>,
    /// Another handle on it, as another process would have.
    pub twin: Arc<dyn Store>,
    /// What its probe must find.
    pub level: Level,
    /// Whether attributes and put ids are kept.
    pub keeps_attributes: bool,
    /// Whether a delete with a version that was replaced is refused. Some servers for tests
    /// delete the object.
    pub refuses_stale_deletes: bool,
    /// Whether conditions of writes hold among several writers. Swift only looks at them.
    pub keeps_conditions: bool,
    _directory: Option<TempDir>,
}

impl Fixture {
    /// A store in memory.
    pub async fn memory() -> Option<Self> {
        let store = MemoryStore::fresh(Arc::new(SystemClock));
        let twin = Arc::new(store.clone());
        let store = Arc::new(store);
        Some(Self::of(store, twin))
    }

    /// A store in a directory; in memory where that can be had, as the suite writes a lot.
    pub async fn file() -> Option<Self> {
        let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let directory = directory.expect("a temporary directory");
        let (url, none) =
            (format!("file://{}", directory.path().display()), Surroundings::default());
        let (store, twin) = (opened(&url, &none).await, opened(&url, &none).await);
        let _directory = Some(directory);
        Some(Self { keeps_attributes: false, _directory, ..Self::of(store, twin) })
    }

    /// A bucket of the real S3 server, on a prefix.
    pub async fn s3() -> Option<Self> {
        bucket("GIT_STORE_TEST_S3").await
    }

    /// A bucket of the S3 imitation, on a prefix.
    pub async fn moto() -> Option<Self> {
        bucket("GIT_STORE_TEST_MOTO").await
    }

    /// A bucket of the emulator of Google Cloud Storage, on a prefix. It ignores the condition
    /// of a delete, which the probe finds out.
    pub async fn gcs() -> Option<Self> {
        let fixture = google(gcs_server::PLAIN).await?;
        Some(Self { level: Level::C, refuses_stale_deletes: false, ..fixture })
    }

    /// The same with the condition of a delete.
    pub async fn gcs_with_conditions() -> Option<Self> {
        google(gcs_server::WITH_CONDITIONS).await
    }

    /// A container of the Azure imitation, on a prefix.
    pub async fn azure() -> Option<Self> {
        let settings = azure_servers::server()?;
        let container = azure_servers::create_container(&settings, "conformance").await;
        let url = format!("azureblob://{}/{container}/some/prefix", azure_servers::ACCOUNT);
        Some(Self::twins(&url, &azure_servers::surroundings(&settings)).await)
    }

    /// A container of the real Swift server, on a prefix, with Keystone's login.
    pub async fn swift() -> Option<Self> {
        container(&swift_servers::v3().await?).await
    }

    /// The same with Swift's own login.
    pub async fn swift_v1() -> Option<Self> {
        container(&swift_servers::v1().await?).await
    }

    /// Two handles on what a URL names.
    async fn twins(url: &str, surroundings: &Surroundings) -> Self {
        Self::of(opened(url, surroundings).await, opened(url, surroundings).await)
    }

    /// A store without gaps.
    fn of(store: Arc<dyn Store>, twin: Arc<dyn Store>) -> Self {
        Self {
            store,
            twin,
            level: Level::A,
            keeps_attributes: true,
            refuses_stale_deletes: true,
            keeps_conditions: true,
            _directory: None,
        }
    }
}

async fn bucket(variable: &str) -> Option<Fixture> {
    let settings = s3_servers::server(variable)?;
    let bucket = s3_servers::create_bucket(&settings, "conformance").await;
    let url = format!("s3://{bucket}/some/prefix");
    Some(Fixture::twins(&url, &s3_servers::surroundings(&settings)).await)
}

async fn container(account: &swift_servers::Account) -> Option<Fixture> {
    let container = account.create_container(&[]).await;
    let url = format!("swift://{container}/some/prefix");
    let fixture = Fixture::twins(&url, &account.surroundings).await;
    Some(Fixture { level: Level::C, keeps_conditions: false, ..fixture })
}

async fn google(variable: &str) -> Option<Fixture> {
    let endpoint = gcs_server::server(variable)?;
    let bucket = gcs_server::create_bucket(&endpoint, false).await;
    let url = format!("gs://{bucket}/some/prefix");
    let surroundings = gcs_server::surroundings(&endpoint);
    let (store, twin) = (opened(&url, &surroundings).await, opened(&url, &surroundings).await);
    Some(Fixture::of(store, twin))
}

async fn opened(url: &str, surroundings: &Surroundings) -> Arc<dyn Store> {
    let url = StoreUrl::parse(url).expect("a store URL");
    open(&url, surroundings, None).await.expect("the store opens").store
}

/// A deadline that no test reaches.
pub fn later() -> Timestamp {
    SystemClock.now() + Duration::from_secs(120)
}

/// Content with a put id of its own.
pub fn upload(bytes: impl AsRef<[u8]>) -> Upload {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    Upload {
        bytes: bytes::Bytes::copy_from_slice(bytes.as_ref()),
        attributes: Attributes::default(),
        put_id: PutId(format!("put-{}", NUMBER.fetch_add(1, Ordering::Relaxed))),
    }
}

/// Creates an object.
pub async fn create(
    store: &dyn Store,
    key: &Key,
    bytes: impl AsRef<[u8]>,
) -> Result<Version, StoreError> {
    store.put(key, &upload(bytes), &Precondition::MustNotExist, later()).await
}

/// Replaces an object.
pub async fn update(
    store: &dyn Store,
    key: &Key,
    version: &Version,
    bytes: impl AsRef<[u8]>,
) -> Result<Version, StoreError> {
    store.put(key, &upload(bytes), &Precondition::MustMatch(version.clone()), later()).await
}

/// An object's content and version, as every way of asking agrees on.
pub async fn content(store: &dyn Store, key: &Key) -> Option<(Vec<u8>, Version)> {
    let object = store.get(key).await.expect("get works");
    let head = store.head(key).await.expect("head works");
    let listed = store.list().await.expect("list works").remove(key);
    assert_eq!(object.as_ref().map(|it| it.info.clone()), head, "get and head of {key}");
    let line = listed.map(|it| (it.version, it.size, it.modified));
    let info = head.map(|it| (it.version, it.size, it.modified));
    assert_eq!(line, info, "list and head of {key}");
    let object = object?;
    assert_eq!(object.info.size, object.bytes.len() as u64, "the size of {key}");
    Some((object.bytes.to_vec(), object.info.version))
}

/// Whether a write was refused by its precondition.
pub fn is_refused<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Precondition(_)))
}
