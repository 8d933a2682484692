//! Reads: an object, what there is to say of it, and all keys.

use super::listing::Collector;
use super::{S3Store, object};
use crate::model::{Key, Listing, Object, ObjectInfo};
use crate::store::StoreError;
use crate::store::wire::Call;
use http::Method;

/// How many keys a page of a listing holds at most.
const PAGE_SIZE: &str = "1000";

impl S3Store {
    /// See [`crate::store::Store::get`].
    pub(super) async fn get_object(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        let reply = self.client.read(&Call::read(Method::GET, &self.path(key)?)).await?;
        match reply.status.is_success() {
            true => object::object(key, reply).map(Some),
            false if reply.is_no_such_key() => Ok(None),
            false => Err(reply.read_error("s3:GetObject with s3:ListBucket")),
        }
    }

    /// See [`crate::store::Store::head`].
    ///
    /// A refused HEAD has no body that says whether the key is missing or the bucket, so a GET
    /// has to tell.
    pub(super) async fn head_object(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        let reply = self.client.read(&Call::read(Method::HEAD, &self.path(key)?)).await?;
        match reply.status.as_u16() {
            200..=299 => object::info(key, &reply).map(Some),
            404 => Ok(self.get_object(key).await?.map(|object| object.info)),
            _ => Err(reply.read_error("s3:GetObject with s3:ListBucket")),
        }
    }

    /// See [`crate::store::Store::list`].
    pub(super) async fn list_objects(&self) -> Result<Listing, StoreError> {
        let mut collector = Collector::new(&self.bucket, &self.prefix);
        let mut token = None;
        loop {
            let mut call = Call::read(Method::GET, "")
                .with_query("list-type", "2")
                .with_query("encoding-type", "url")
                .with_query("max-keys", PAGE_SIZE)
                .with_query("prefix", collector.prefix());
            call.query.extend(token.take().map(|token| ("continuation-token", token)));
            let reply = self.client.read(&call).await?.checked("s3:ListBucket")?;
            reply.check_length()?;
            token = collector.add(&reply.body)?;
            if token.is_none() {
                return Ok(collector.finish());
            }
        }
    }
}
