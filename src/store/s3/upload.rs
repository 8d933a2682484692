//! The headers of an upload.

use super::object::{METADATA, PUT_ID};
use crate::store::Upload;
use crate::store::wire::content_md5;
use std::collections::BTreeMap;

/// What kops gives its objects.
const CONTENT_TYPE: &str = "application/octet-stream";

/// What an upload says of itself: attributes, mark and digest.
pub(super) fn upload_headers(upload: &Upload) -> BTreeMap<String, String> {
    let attributes = &upload.attributes;
    let content_type = attributes.content_type.clone().or_else(|| Some(CONTENT_TYPE.into()));
    let optional = [
        ("content-type", &content_type),
        ("cache-control", &attributes.cache_control),
        ("content-disposition", &attributes.content_disposition),
        ("content-encoding", &attributes.content_encoding),
        ("content-language", &attributes.content_language),
        ("x-amz-server-side-encryption", &attributes.encryption),
        ("x-amz-server-side-encryption-aws-kms-key-id", &attributes.encryption_key),
        ("x-amz-storage-class", &attributes.storage_class),
    ];
    let mut headers: BTreeMap<String, String> = optional
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
        .collect();
    let metadata = attributes.metadata.iter();
    headers.extend(metadata.map(|(name, value)| (format!("{METADATA}{name}"), value.clone())));
    headers.insert(PUT_ID.into(), upload.put_id.to_string());
    headers.insert("content-md5".into(), content_md5(&upload.bytes));
    headers
}
