//! What the headers of a reply say of a blob.

use super::reply::summary;
use crate::model::{Attributes, Key, Object, ObjectInfo, PutId, Version};
use crate::store::StoreError;
use crate::store::wire::{Reply, whole_object};

/// What headers of user metadata begin with.
pub(super) const METADATA: &str = "x-ms-meta-";

/// The user metadata that holds the mark of the write. Names are those of C# identifiers, which
/// have no dashes.
pub(super) const PUT_ID: &str = "x-ms-meta-git_store_put";

/// The only kind of blob that is written.
pub(super) const BLOCK_BLOB: &str = "BlockBlob";

/// The object that a reply to a GET holds.
pub(super) fn object(key: &Key, reply: Reply) -> Result<Object, StoreError> {
    whole_object(key, info(key, &reply)?, reply)
}

/// What a reply to a GET or HEAD says of the blob.
pub(super) fn info(key: &Key, reply: &Reply) -> Result<ObjectInfo, StoreError> {
    let missing = |what: &str| {
        StoreError::Protocol(format!(
            "the answer on '{key}' has no usable {what} ({})",
            summary(reply)
        ))
    };
    if reply.header("x-ms-resource-type") == Some("directory") {
        return Err(hierarchical());
    }
    let e_tag = reply.header("etag").filter(|tag| !tag.is_empty());
    Ok(ObjectInfo {
        version: Version::new(e_tag.ok_or_else(|| missing("e-tag"))?),
        size: reply.size().ok_or_else(|| missing("length"))?,
        modified: reply.modified().ok_or_else(|| missing("time"))?,
        attributes: attributes(key, reply)?,
        put_id: reply.header(PUT_ID).map(|id| PutId(id.to_owned())),
    })
}

/// Where directories are objects of their own, a key would lie below another object.
pub(super) fn hierarchical() -> StoreError {
    StoreError::Unsupported("accounts with a hierarchical namespace are not read".into())
}

fn attributes(key: &Key, reply: &Reply) -> Result<Attributes, StoreError> {
    let header = |name: &str| reply.header(name).map(str::to_owned);
    Ok(Attributes {
        content_type: header("content-type"),
        cache_control: header("cache-control"),
        content_disposition: header("content-disposition"),
        content_encoding: header("content-encoding"),
        content_language: header("content-language"),
        metadata: reply.metadata(key, METADATA, PUT_ID)?,
        encryption: None,
        encryption_key: header("x-ms-encryption-scope"),
        storage_class: storage_class(reply),
        tag_count: reply.header("x-ms-tag-count").and_then(|n| n.parse().ok()).unwrap_or(0),
    })
}

/// The kind of blob, if it is not the usual one. The access tier is told by a HEAD alone, so it
/// could not be kept.
fn storage_class(reply: &Reply) -> Option<String> {
    reply.header("x-ms-blob-type").filter(|kind| *kind != BLOCK_BLOB).map(str::to_owned)
}

#[cfg(test)]
#[path = "object_tests.rs"]
mod tests;
