//! Writes: one request, sent once, given up at its deadline.

use super::GcsStore;
use super::call::Call;
use super::reply::{self, Reply};
use super::resource::generation;
use super::upload::multipart;
use crate::model::{Key, Precondition, Timestamp, Version};
use crate::store::count::Request;
use crate::store::{StoreError, Upload};
use http::Method;
use serde::Deserialize;

/// What a reply to an upload says.
#[derive(Deserialize)]
struct Written {
    name: String,
    generation: String,
}

const CREATE: &str = "storage.objects.create";
/// A write that replaces something deletes it.
const UPDATE: &str = "storage.objects.create with storage.objects.delete";
const DELETE: &str = "storage.objects.delete";

impl GcsStore {
    /// See [`crate::store::Store::put`].
    pub(super) async fn write(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let name = self.name(key)?;
        let (condition, permission) = match precondition {
            Precondition::MustNotExist => (0, CREATE),
            Precondition::MustMatch(version) => (expected(key, version)?, UPDATE),
        };
        let body = multipart(key, &name, upload)?;
        let url = self.client.site.uploads();
        let mut call = Call::write(Method::POST, Request::Put, url, deadline)
            .with_query("uploadType", "multipart")
            .with_query("ifGenerationMatch", condition.to_string())
            .with_query("fields", "name,generation")
            .with_header("content-type", body.content_type);
        let encryption_key = upload.attributes.encryption_key.clone();
        call.query.extend(encryption_key.map(|name| ("kmsKeyName", name)));
        call.body = body.body;
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        written(&name, &reply).ok_or_else(|| reply::write_error(&reply, key, permission))
    }

    /// See [`crate::store::Store::delete`].
    pub(super) async fn remove(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let url = self.client.site.object(&self.name(key)?);
        let condition = expected(key, version)?.to_string();
        let call = Call::write(Method::DELETE, Request::Delete, url, deadline)
            .with_query("ifGenerationMatch", condition);
        let reply = self.client.send(&call).await.map_err(|error| error.of_write(key))?;
        match reply.status.as_u16() {
            204 => Ok(()),
            // As fake-gcs-server says it.
            200 if reply.body.trim_ascii() == b"null" => Ok(()),
            _ => Err(reply::write_error(&reply, key, DELETE)),
        }
    }
}

/// The generation to ask for. What is no generation is no object's, and 0 would ask for none.
fn expected(key: &Key, version: &Version) -> Result<u64, StoreError> {
    generation(version).ok_or_else(|| StoreError::Precondition(key.clone()))
}

/// The version that a write made. A success that names none, or another object, is not believed.
fn written(name: &str, reply: &Reply) -> Option<Version> {
    let written: Written = serde_json::from_slice(&reply.body).ok()?;
    let version = Version::new(&written.generation);
    let is_ours = written.name == name && generation(&version).is_some();
    (reply.status.is_success() && is_ours).then_some(version)
}
