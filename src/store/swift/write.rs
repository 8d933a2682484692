//! Writes: one request, sent once, and given up at its deadline.
//!
//! Swift takes `If-None-Match: *` but in a race lets several through, and ignores `If-Match`. So
//! an update or a deletion looks at the object first and refuses to go on if it is another one.
//! Who writes between that look and the write is overwritten: this is what a level below A means.

use super::object::{self, METADATA, PUT_ID};
use super::reply::write_error;
use super::{SwiftStore, Versioning};
use crate::model::{Digest, Key, Precondition, Timestamp, Version};
use crate::store::wire::{Call, Reply};
use crate::store::{StoreError, Upload};
use http::{Method, StatusCode};
use std::collections::BTreeMap;

/// What kops' objects get from the service, as it names no type.
const CONTENT_TYPE: &str = "application/octet-stream";

/// What a refused write lacks.
const PERMISSION: &str = "a role that may write to the container";

/// What an object has beside attributes, and what an update keeps: when it shall be deleted.
const KEPT: &[&str] = &["x-delete-at"];

impl SwiftStore {
    /// See [`crate::store::Store::put`].
    pub(super) async fn write(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let mut call = Call::write(Method::PUT, &self.path(key)?, deadline);
        call.headers = upload_headers(upload);
        match precondition {
            Precondition::MustNotExist => {
                call.headers.insert("if-none-match".into(), "*".into());
            }
            Precondition::MustMatch(version) => {
                let found = self.expect(key, version).await?;
                call.headers.extend(kept_headers(&found));
            }
        }
        call.body = upload.bytes.clone();
        self.written.note(key, call.headers.get("etag").map(|e_tag| Version::new(e_tag)));
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        written(key, &reply)
    }

    /// See [`crate::store::Store::delete`].
    pub(super) async fn remove(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        if self.versioning().await? == Versioning::Stack {
            return Err(StoreError::Unsupported(
                "a deletion in this container brings the version before back \
                 (X-Versions-Location); set X-History-Location or X-Versions-Enabled instead"
                    .into(),
            ));
        }
        self.expect(key, version).await?;
        self.discard(key, deadline).await
    }

    /// Deletes an object, whichever it is.
    pub(super) async fn discard(&self, key: &Key, deadline: Timestamp) -> Result<(), StoreError> {
        let call = Call::write(Method::DELETE, &self.path(key)?, deadline);
        self.written.note(key, None);
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        match reply.status {
            StatusCode::NO_CONTENT => Ok(()),
            // It was there a moment ago.
            StatusCode::NOT_FOUND => Err(StoreError::Precondition(key.clone())),
            _ => Err(write_error(&reply, key, PERMISSION)),
        }
    }

    /// The object, if it has this version.
    async fn expect(&self, key: &Key, version: &Version) -> Result<Reply, StoreError> {
        let refused = || StoreError::Precondition(key.clone());
        let reply = self.ask(Method::HEAD, key).await?.ok_or_else(refused)?;
        match object::info(key, &reply)?.version == *version {
            true => Ok(reply),
            false => Err(refused()),
        }
    }
}

fn upload_headers(upload: &Upload) -> BTreeMap<String, String> {
    let attributes = &upload.attributes;
    let content_type = attributes.content_type.clone().or_else(|| Some(CONTENT_TYPE.into()));
    let optional = [
        ("content-type", &content_type),
        ("cache-control", &attributes.cache_control),
        ("content-disposition", &attributes.content_disposition),
        ("content-encoding", &attributes.content_encoding),
        ("content-language", &attributes.content_language),
    ];
    let mut headers: BTreeMap<String, String> = optional
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
        .collect();
    let metadata = attributes.metadata.iter();
    headers.extend(metadata.map(|(name, value)| (format!("{METADATA}{name}"), value.clone())));
    headers.insert(PUT_ID.into(), upload.put_id.to_string());
    headers.insert("etag".into(), e_tag(upload));
    headers
}

/// The service refuses bytes that do not have it.
fn e_tag(upload: &Upload) -> String {
    match Digest::md5(&upload.bytes) {
        Digest::Md5(digest) | Digest::Sha256(digest) => digest,
    }
}

fn kept_headers(found: &Reply) -> impl Iterator<Item = (String, String)> {
    KEPT.iter().filter_map(|name| Some(((*name).to_owned(), found.header(name)?.to_owned())))
}

/// The version that a write made. 202 says that somebody's later write is kept instead; it and a
/// success that names no version are not believed.
fn written(key: &Key, reply: &Reply) -> Result<Version, StoreError> {
    let e_tag = reply.header("etag").filter(|tag| !tag.is_empty());
    match e_tag {
        Some(e_tag) if reply.status == StatusCode::CREATED => Ok(Version::new(e_tag)),
        _ => Err(write_error(reply, key, PERMISSION)),
    }
}
