//! Reads: an object, what there is to say of it, and all keys.

use super::listing::Collector;
use super::reply::{is_swifts, verdict};
use super::{SwiftStore, object};
use crate::model::{Entry, Key, Listing, Object, ObjectInfo};
use crate::store::StoreError;
use crate::store::wire::{Call, Fault, Reply, Verdict};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use http::{Method, StatusCode};

/// What a refused read lacks.
const PERMISSION: &str = "a role that may read the container";

/// How many objects are looked at at once.
const AT_ONCE: usize = 16;

impl SwiftStore {
    /// See [`crate::store::Store::get`].
    pub(super) async fn get_object(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        match self.ask(Method::GET, key).await? {
            Some(reply) => object::object(key, reply).map(Some),
            None => Ok(None),
        }
    }

    /// See [`crate::store::Store::head`].
    pub(super) async fn head_object(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        match self.ask(Method::HEAD, key).await? {
            Some(reply) => object::info(key, &reply).map(Some),
            None => Ok(None),
        }
    }

    /// Reads an object. "Not found" is said of a key and of a container in the same way, so the
    /// container is asked after.
    pub(super) async fn ask(&self, method: Method, key: &Key) -> Result<Option<Reply>, StoreError> {
        let reply = self.client.read(&Call::read(method, &self.path(key)?)).await?;
        match reply.status {
            StatusCode::OK => Ok(Some(reply)),
            StatusCode::NOT_FOUND if is_swifts(&reply) => {
                self.container().await?;
                Ok(None)
            }
            _ => Err(read_error(&reply)),
        }
    }

    /// What there is to say of the container; an error if it is not there.
    pub(super) async fn container(&self) -> Result<Reply, StoreError> {
        let reply = self.client.read(&Call::read(Method::HEAD, "")).await?;
        match reply.status {
            status if status.is_success() && is_swifts(&reply) => Ok(reply),
            _ => Err(container_error(&reply)),
        }
    }

    /// See [`crate::store::Store::list`].
    pub(super) async fn list_objects(&self) -> Result<Listing, StoreError> {
        let mut collector = Collector::new(&self.prefix);
        loop {
            // Without a limit, a page is as long as this service makes it; one that is larger
            // would be refused.
            let call = Call::read(Method::GET, "")
                .with_query("format", "json")
                .with_query("prefix", collector.prefix())
                .with_query("marker", collector.marker());
            let reply = self.client.read(&call).await?;
            if reply.status != StatusCode::OK {
                return Err(container_error(&reply));
            }
            if collector.add(&reply.body)? {
                return self.with_large_objects(collector.finish()).await;
            }
        }
    }

    /// What is empty in a listing can be the manifest of a large object, or a link, of whose
    /// content the listing says nothing. kops writes nothing empty.
    async fn with_large_objects(&self, mut listing: Listing) -> Result<Listing, StoreError> {
        let empty = listing.iter().filter(|(_, entry)| entry.size == 0);
        let empty: Vec<Key> = empty.map(|(key, _)| key.clone()).collect();
        let mut looks = stream::iter(empty)
            .map(|key| async move { self.head_object(&key).await.map(|info| (key, info)) })
            .buffer_unordered(AT_ONCE);
        while let Some((key, info)) = looks.try_next().await? {
            match info {
                Some(ObjectInfo { version, size, modified, .. }) => {
                    listing.insert(key, Entry { version, size, modified })
                }
                None => listing.remove(&key), // it was deleted meanwhile
            };
        }
        Ok(listing)
    }
}

fn read_error(reply: &Reply) -> StoreError {
    verdict(reply).read_error(PERMISSION)
}

fn container_error(reply: &Reply) -> StoreError {
    let verdict = verdict(reply);
    let is_missing = verdict.status == StatusCode::NOT_FOUND && is_swifts(reply);
    let fault = if is_missing { Fault::NoBucket } else { verdict.fault };
    Verdict { fault, ..verdict }.read_error(PERMISSION)
}
