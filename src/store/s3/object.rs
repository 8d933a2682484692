//! What the headers of a reply say of an object.

use super::reply::Reply;
use crate::model::{Attributes, Key, Object, ObjectInfo, PutId, Version};
use crate::store::StoreError;
use crate::store::wire::whole_object;

/// What headers of user metadata begin with.
pub(super) const METADATA: &str = "x-amz-meta-";

/// The user metadata that holds the mark of the write.
pub(super) const PUT_ID: &str = "x-amz-meta-git-store-put";

/// The object that a reply to a GET holds.
pub(super) fn object(key: &Key, reply: Reply) -> Result<Object, StoreError> {
    whole_object(key, info(key, &reply)?, reply)
}

/// What a reply to a GET or HEAD says of the object.
pub(super) fn info(key: &Key, reply: &Reply) -> Result<ObjectInfo, StoreError> {
    let missing = |what: &str| {
        StoreError::Protocol(format!(
            "the answer on '{key}' has no usable {what} ({})",
            reply.summary()
        ))
    };
    let e_tag = reply.header("etag").filter(|tag| !tag.is_empty());
    Ok(ObjectInfo {
        version: Version::new(e_tag.ok_or_else(|| missing("e-tag"))?),
        size: reply.size().ok_or_else(|| missing("length"))?,
        modified: reply.modified().ok_or_else(|| missing("time"))?,
        attributes: attributes(key, reply)?,
        put_id: reply.header(PUT_ID).map(|id| PutId(id.to_owned())),
    })
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
        encryption: header("x-amz-server-side-encryption"),
        encryption_key: header("x-amz-server-side-encryption-aws-kms-key-id"),
        storage_class: header("x-amz-storage-class").filter(|class| class != "STANDARD"),
        tag_count: reply.header("x-amz-tagging-count").and_then(|n| n.parse().ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::reply;
    use std::collections::BTreeMap;

    const COMMON: [(&str, &str); 3] = [
        ("etag", "\"abc\""),
        ("content-length", "2"),
        ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT"),
    ];

    #[test]
    fn everything_comes_from_one_reply() {
        let mut headers = COMMON.to_vec();
        headers.extend([
            ("content-type", "binary/octet-stream"),
            ("x-amz-meta-owner", "é"),
            ("x-amz-meta-git-store-put", "p1"),
            ("x-amz-server-side-encryption", "aws:kms"),
            ("x-amz-server-side-encryption-aws-kms-key-id", "arn:key"),
            ("x-amz-storage-class", "STANDARD"),
            ("x-amz-tagging-count", "2"),
        ]);
        let object = object(&Key::from("k"), reply(&headers, "hi")).expect("an object");
        assert_eq!(object.info.version.as_str(), "abc");
        assert_eq!(object.info.modified.to_rfc3339(), "2026-01-02T03:04:05+00:00");
        assert_eq!(object.info.put_id, Some(PutId("p1".into())));
        let attributes = object.info.attributes;
        assert_eq!(attributes.metadata, BTreeMap::from([("owner".into(), "é".into())]));
        assert_eq!(attributes.encryption_key.as_deref(), Some("arn:key"));
        assert_eq!((attributes.storage_class, attributes.tag_count), (None, 2));
    }

    #[test]
    fn a_reply_that_lacks_something_is_no_object() {
        for missing in 0..COMMON.len() {
            let mut headers = COMMON.to_vec();
            headers.remove(missing);
            assert!(object(&Key::from("k"), reply(&headers, "hi")).is_err(), "{missing}");
        }
        assert!(object(&Key::from("k"), reply(&COMMON, "h")).is_err(), "short");
        let chunked = [COMMON[0], COMMON[2], ("transfer-encoding", "chunked")];
        assert!(object(&Key::from("k"), reply(&chunked, "h")).is_ok());
    }
}
