//! The wrappers around stores, and opening by URL.

use async_trait::async_trait;
use git_store::model::{
    Attributes, Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, PutId,
    StoreUrl, Timestamp, Version,
};
use git_store::store::count::{Counting, Counts, Stats};
use git_store::store::memory::MemoryStore;
use git_store::store::open::open;
use git_store::store::retry::{Patience, Retrying};
use git_store::store::{Clock, Store, StoreError, Surroundings, SystemClock, Upload};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

fn upload(bytes: &'static str) -> Upload {
    Upload { bytes: bytes.into(), attributes: Attributes::default(), put_id: PutId("p".into()) }
}

fn later() -> Timestamp {
    SystemClock.now() + Duration::from_secs(60)
}

/// A store that stumbles a few times before each answer.
#[derive(Debug)]
struct Stumbling {
    inner: MemoryStore,
    left: AtomicU32,
}

impl Stumbling {
    fn step(&self) -> Result<(), StoreError> {
        let less = |left: u32| left.checked_sub(1);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less) {
            Ok(_) => Err(StoreError::Transient("503 slow down".into())),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Store for Stumbling {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }
    async fn list(&self) -> Result<Listing, StoreError> {
        self.step()?;
        self.inner.list().await
    }
    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.step()?;
        self.inner.get(key).await
    }
    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.step()?;
        self.inner.head(key).await
    }
    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.step()?;
        self.inner.put(key, upload, precondition, deadline).await
    }
    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        self.step()?;
        self.inner.delete(key, version, deadline).await
    }
    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.inner.probe(scratch).await
    }
}

/// A store that stumbles `stumbles` times, counted and repeated.
fn stumbling(stumbles: u32) -> (impl Store, Arc<Stats>) {
    let stats = Arc::new(Stats::default());
    let inner = MemoryStore::fresh(Arc::new(SystemClock));
    let counted = Counting::new(Stumbling { inner, left: stumbles.into() }, Arc::clone(&stats));
    let first_wait = Duration::from_millis(1);
    let patience = Patience { first_wait, ..Patience::default() };
    (Retrying::new(counted, Arc::new(SystemClock), patience, 1), stats)
}

#[tokio::test]
async fn reads_are_repeated_and_each_try_is_counted() {
    let (store, stats) = stumbling(3);
    assert!(store.list().await.expect("the fourth try works").is_empty());
    assert_eq!(stats.counts(), Counts { list: 4, ..Counts::default() });
    let (store, _) = stumbling(2);
    assert!(store.get(&Key::from("a")).await.expect("read").is_none());
    let (store, _) = stumbling(2);
    assert!(store.head(&Key::from("a")).await.expect("read").is_none());
}

#[tokio::test]
async fn the_last_error_says_how_often_it_was_tried() {
    let (store, stats) = stumbling(100);
    let error = store.list().await.expect_err("it never works");
    assert_eq!(error.to_string(), "503 slow down (tried 4 times)");
    assert_eq!(stats.counts().requests(), 4);
}

#[tokio::test]
async fn writes_are_never_repeated() {
    let (store, stats) = stumbling(1);
    let answer =
        store.put(&Key::from("a"), &upload("x"), &Precondition::MustNotExist, later()).await;
    assert!(matches!(answer, Err(StoreError::Transient(text)) if text == "503 slow down"));
    assert_eq!(stats.counts(), Counts { put: 1, bytes_out: 1, ..Counts::default() });
}

#[tokio::test]
async fn memory_stores_are_shared_by_name_and_split_by_prefix() {
    let opened = async |url: &str| {
        let url = StoreUrl::parse(url).expect("a URL");
        open(&url, &Surroundings::default(), None).await.expect("opened")
    };
    let whole = opened("memfs://shared-by-name").await;
    let part = opened("memfs://shared-by-name/a/b").await;
    let key = Key::from("c/config");
    part.store
        .put(&key, &upload("xyz"), &Precondition::MustNotExist, later())
        .await
        .expect("created");
    let object = whole.store.get(&Key::from("a/b/c/config")).await.expect("read").expect("there");
    assert_eq!(object.bytes, "xyz");
    assert_eq!(part.store.list().await.expect("listed").into_keys().collect::<Vec<_>>(), [key]);
    assert!(opened("memfs://other-name").await.store.list().await.expect("listed").is_empty());
    assert_eq!(part.store.identity().to_string(), "memfs://shared-by-name/a/b");
    let expected = Counts { get: 1, bytes_in: 3, ..Counts::default() };
    assert_eq!(whole.stats.counts(), expected, "each handle counts its own requests");
}
