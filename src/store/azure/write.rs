//! Writes: one request, sent once.

use super::AzureStore;
use super::call::Call;
use super::reply::is_no_such_key;
use super::upload::upload_headers;
use crate::model::{Key, Precondition, Timestamp, Version};
use crate::store::wire::{Reply, tag_header};
use crate::store::{StoreError, Upload};
use http::{Method, StatusCode};
use std::sync::atomic::Ordering;

/// What writing needs.
const WRITER: &str = "the role Storage Blob Data Contributor";
/// What keeping a blob's tags needs.
const OWNER: &str = "the role Storage Blob Data Owner (to keep the blob's tags)";

impl AzureStore {
    /// See [`crate::store::Store::put`].
    pub(super) async fn put_blob(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let name = self.name(key)?;
        let headers = upload_headers(key, upload)?;
        let tags = match upload.attributes.tag_count {
            0 => None,
            _ => Some(("x-ms-tags".to_owned(), self.tags(key).await?)),
        };
        let needed = if tags.is_some() { OWNER } else { WRITER };
        let mut call = Call::write(Method::PUT, name, deadline);
        call.headers = headers;
        call.headers.extend(tags);
        call.headers.extend([condition(precondition)]);
        call.body = upload.bytes.clone();
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        self.note_version(&reply);
        written(&reply).ok_or_else(|| self.write_error(&reply, key, deadline, needed))
    }

    /// See [`crate::store::Store::delete`].
    pub(super) async fn delete_blob(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let mut call = Call::write(Method::DELETE, self.name(key)?, deadline);
        call.headers.extend([condition(&Precondition::MustMatch(version.clone()))]);
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        match reply.status {
            StatusCode::ACCEPTED => Ok(()),
            _ => Err(self.write_error(&reply, key, deadline, WRITER)),
        }
    }

    /// The blob's tags, which a read does not tell.
    async fn tags(&self, key: &Key) -> Result<String, StoreError> {
        let call = Call::read(Method::GET, Some(self.name(key)?)).with_query("comp", "tags");
        let reply = self.client.read(&call).await?;
        match reply.status.is_success() {
            true => tag_header(&reply.body, "Tags"),
            false if is_no_such_key(&reply) => Err(StoreError::Precondition(key.clone())),
            false => Err(self.read_error(&reply, OWNER)),
        }
    }

    /// A service that keeps what is replaced names each version that a write makes.
    fn note_version(&self, reply: &Reply) {
        if reply.header("x-ms-version-id").is_some() {
            self.keeps_versions.store(true, Ordering::Relaxed);
        }
    }
}

/// The header for a precondition.
fn condition(precondition: &Precondition) -> (String, String) {
    match precondition {
        Precondition::MustNotExist => ("if-none-match".into(), "*".into()),
        Precondition::MustMatch(version) => ("if-match".into(), format!("\"{version}\"")),
    }
}

/// The version that a write made. A success that names none is not believed.
fn written(reply: &Reply) -> Option<Version> {
    let e_tag = reply.header("etag").filter(|tag| !tag.is_empty());
    e_tag.filter(|_| reply.status == StatusCode::CREATED).map(Version::new)
}
