//! Reads: a blob, what there is to say of it, and all keys.

use super::call::Call;
use super::listing::Collector;
use super::reply::is_no_such_key;
use super::{AzureStore, object};
use crate::model::{Key, Listing, Object, ObjectInfo};
use crate::store::StoreError;
use crate::store::wire::Reply;
use http::Method;

/// How many keys a page of a listing holds at most.
const PAGE_SIZE: &str = "1000";

/// What reading needs.
const READER: &str = "the role Storage Blob Data Reader";

impl AzureStore {
    /// See [`crate::store::Store::get`].
    pub(super) async fn get_blob(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        let reply = self.ask(Method::GET, key).await?;
        reply.map(|reply| object::object(key, reply)).transpose()
    }

    /// See [`crate::store::Store::head`].
    pub(super) async fn head_blob(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        let reply = self.ask(Method::HEAD, key).await?;
        reply.map(|reply| object::info(key, &reply)).transpose()
    }

    /// A success; `None`: there is no such blob.
    async fn ask(&self, method: Method, key: &Key) -> Result<Option<Reply>, StoreError> {
        let reply = self.client.read(&Call::read(method, Some(self.name(key)?))).await?;
        match reply.status.is_success() {
            true => Ok(Some(reply)),
            false if is_no_such_key(&reply) => Ok(None),
            false => Err(self.read_error(&reply, READER)),
        }
    }

    /// See [`crate::store::Store::list`].
    pub(super) async fn list_blobs(&self) -> Result<Listing, StoreError> {
        let mut collector = Collector::new(self.client.site().container(), &self.prefix);
        let mut marker = None;
        loop {
            let mut call = Call::read(Method::GET, None)
                .with_query("restype", "container")
                .with_query("comp", "list")
                .with_query("maxresults", PAGE_SIZE)
                .with_query("prefix", collector.prefix());
            call.query.extend(marker.take().map(|marker| ("marker", marker)));
            let reply = self.client.read(&call).await?;
            if !reply.status.is_success() {
                return Err(self.read_error(&reply, READER));
            }
            reply.check_length()?;
            marker = collector.add(&reply.body)?;
            if marker.is_none() {
                return Ok(collector.finish());
            }
        }
    }
}
