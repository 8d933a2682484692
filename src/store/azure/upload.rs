//! The headers of an upload.

use super::object::{BLOCK_BLOB, METADATA, PUT_ID};
use crate::model::Key;
use crate::store::wire::content_md5;
use crate::store::{StoreError, Upload};
use std::collections::BTreeMap;

/// What kops gives its objects.
const CONTENT_TYPE: &str = "application/octet-stream";

/// What an upload says of itself: attributes, mark and digest.
///
/// # Errors
/// [`StoreError::Unsupported`] where the blob is of a kind that is not written.
pub(super) fn upload_headers(
    key: &Key,
    upload: &Upload,
) -> Result<BTreeMap<String, String>, StoreError> {
    let attributes = &upload.attributes;
    check_kind(key, attributes.storage_class.as_deref())?;
    let content_type = attributes.content_type.clone().or_else(|| Some(CONTENT_TYPE.into()));
    let optional = [
        ("x-ms-blob-content-type", &content_type),
        ("x-ms-blob-cache-control", &attributes.cache_control),
        ("x-ms-blob-content-disposition", &attributes.content_disposition),
        ("x-ms-blob-content-encoding", &attributes.content_encoding),
        ("x-ms-blob-content-language", &attributes.content_language),
        ("x-ms-encryption-scope", &attributes.encryption_key),
    ];
    let mut headers: BTreeMap<String, String> = optional
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
        .collect();
    let metadata = attributes.metadata.iter();
    headers.extend(metadata.map(|(name, value)| (format!("{METADATA}{name}"), value.clone())));
    headers.insert(PUT_ID.into(), upload.put_id.to_string());
    headers.insert("x-ms-blob-type".into(), BLOCK_BLOB.into());
    headers.insert("content-md5".into(), content_md5(&upload.bytes));
    Ok(headers)
}

fn check_kind(key: &Key, class: Option<&str>) -> Result<(), StoreError> {
    match class.filter(|class| class.ends_with("Blob")) {
        Some(kind) => Err(StoreError::Unsupported(format!(
            "'{key}' is of the kind {kind}; only block blobs are written"
        ))),
        None => Ok(()),
    }
}
