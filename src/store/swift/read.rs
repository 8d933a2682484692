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

/// How many keys a page of a listing holds at most. Swift's own limit is 10,000, but a service
/// may have a lower one and refuses to be asked for more.
const PAGE_SIZE: &str = "1000";

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
            let call = Call::read(Method::GET, "")
                .with_query("format", "json")
                .with_query("limit", PAGE_SIZE)
                .with_query("prefix", collector.prefix())
                .with_query("marker", collector.marker());
            let reply = self.client.read(&call).await?;
            if reply.status != StatusCode::OK {
                return Err(container_error(&reply));
            }
            if collector.add(&reply.body)? {
                return self.corrected(collector.finish()).await;
            }
        }
    }

    /// Asks after what a listing may not tell rightly: what this process wrote, and what is
    /// empty. That can be the manifest of a large object, or a link, of whose content the listing
    /// says nothing. kops writes nothing empty.
    async fn corrected(&self, mut listing: Listing) -> Result<Listing, StoreError> {
        let mut doubtful = self.written.missed_by(&listing);
        let empty = listing.iter().filter(|(_, entry)| entry.size == 0);
        doubtful.extend(empty.map(|(key, _)| key.clone()));
        let mut looks = stream::iter(doubtful)
            .map(|key| async move { self.head_object(&key).await.map(|info| (key, info)) })
            .buffer_unordered(AT_ONCE);
        while let Some((key, info)) = looks.try_next().await? {
            match info {
                Some(ObjectInfo { version, size, modified, .. }) => {
                    self.written.saw(&key, Some(&version));
                    listing.insert(key, Entry { version, size, modified });
                }
                None => {
                    self.written.saw(&key, None);
                    listing.remove(&key);
                }
            }
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
