//! Reads: an object, what there is to say of it, and all keys.

use super::GcsStore;
use super::call::Call;
use super::listing::Collector;
use super::reply::{self, Reply};
use super::resource::{FIELDS, LISTED_FIELDS, Resource};
use crate::model::{Key, Listing, Object, ObjectInfo};
use crate::store::StoreError;
use crate::store::count::Request;
use crate::store::wire::{content_md5, whole_object};
use http::StatusCode;

/// How many objects a page of a listing holds at most.
const PAGE_SIZE: &str = "1000";

/// How often an object is read that changes between its description and its content.
const ROUNDS: usize = 4;

const GET: &str = "storage.objects.get";
const LIST: &str = "storage.objects.list";

impl GcsStore {
    /// See [`crate::store::Store::get`].
    ///
    /// The reply with the content does not tell all that is to be kept: Google leaves out the
    /// time and may change `Cache-Control`. So an object is asked for twice, and both replies
    /// must be of the same generation.
    pub(super) async fn get_object(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        for _ in 0..ROUNDS {
            let Some(resource) = self.resource(key).await? else { return Ok(None) };
            if let Some(reply) = self.content(key, &resource).await? {
                return whole(key, resource, reply).map(Some);
            }
        }
        Err(StoreError::Transient(format!("'{key}' changes while it is read")))
    }

    /// See [`crate::store::Store::head`].
    pub(super) async fn head_object(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        let resource = self.resource(key).await?;
        resource.map(|resource| resource.info(key)).transpose()
    }

    /// See [`crate::store::Store::list`].
    pub(super) async fn list_objects(&self) -> Result<Listing, StoreError> {
        let mut collector = Collector::new(&self.bucket, &self.prefix);
        let mut token = None;
        loop {
            let mut call = Call::read(Request::List, self.client.site.objects())
                .with_query("prefix", collector.prefix())
                .with_query("maxResults", PAGE_SIZE)
                .with_query(
                    "fields",
                    format!("kind,nextPageToken,prefixes,items({LISTED_FIELDS})"),
                );
            call.query.extend(token.take().map(|token| ("pageToken", token)));
            let reply = reply::checked_bucket(self.client.read(&call).await?, LIST)?;
            token = collector.add(&reply.body)?;
            if token.is_none() {
                return Ok(collector.finish());
            }
        }
    }

    async fn resource(&self, key: &Key) -> Result<Option<Resource>, StoreError> {
        let name = self.name(key)?;
        let call =
            Call::read(Request::Head, self.client.site.object(&name)).with_query("fields", FIELDS);
        let reply = self.client.read(&call).await?;
        if reply::is_absent(&reply) {
            self.expect_bucket().await?;
            return Ok(None);
        }
        let resource: Resource = reply::json(&reply::checked(reply, GET)?)?;
        match resource.name == name && resource.bucket == self.bucket {
            true => Ok(Some(resource)),
            false => Err(StoreError::Protocol(format!("asked for '{key}', told of another"))),
        }
    }

    /// An object is said not to be there also where its bucket is not.
    async fn expect_bucket(&self) -> Result<(), StoreError> {
        let mut collector = Collector::new(&self.bucket, &self.prefix);
        let call = Call::read(Request::Other, self.client.site.objects())
            .with_query("prefix", collector.prefix())
            .with_query("maxResults", "1")
            .with_query("fields", "kind");
        let reply = reply::checked_bucket(self.client.read(&call).await?, LIST)?;
        collector.add(&reply.body).map(drop)
    }

    /// The reply with the content that was described; `None`: it has been replaced meanwhile.
    async fn content(&self, key: &Key, of: &Resource) -> Result<Option<Reply>, StoreError> {
        // Content that is stored compressed is unpacked on the way for whoever does not say
        // that he can read it.
        let call = Call::read(Request::Get, self.client.site.object(&of.name))
            .with_query("alt", "media")
            .with_query("ifGenerationMatch", &of.generation)
            .with_header("accept-encoding", "gzip");
        let reply = self.client.read(&call).await?;
        if matches!(reply.status, StatusCode::NOT_FOUND | StatusCode::PRECONDITION_FAILED) {
            return Ok(None);
        }
        let reply = reply::checked(reply, GET)?;
        match reply.header("x-goog-generation") {
            Some(generation) if generation == of.generation => Ok(Some(reply)),
            Some(_) => Ok(None),
            None => Err(StoreError::Protocol(format!("the content of '{key}' has no generation"))),
        }
    }
}

/// The object, if its content is what was described.
fn whole(key: &Key, resource: Resource, reply: Reply) -> Result<Object, StoreError> {
    let digest = resource.md5_hash.clone();
    let object = whole_object(key, resource.info(key)?, reply)?;
    match digest {
        Some(digest) if digest != content_md5(&object.bytes) => {
            Err(StoreError::Transient(format!("the content of '{key}' was changed on its way")))
        }
        _ => Ok(object),
    }
}
