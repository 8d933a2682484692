//! What the headers of a reply say of an object.

use super::reply::Reply;
use crate::model::{Attributes, Key, Object, ObjectInfo, PutId, Timestamp, Version};
use crate::store::StoreError;
use chrono::DateTime;
use std::collections::BTreeMap;

/// What headers of user metadata begin with.
pub(super) const METADATA: &str = "x-amz-meta-";

/// The user metadata that holds the mark of the write.
pub(super) const PUT_ID: &str = "x-amz-meta-git-store-put";

/// The object that a reply to a GET holds.
pub(super) fn object(key: &Key, reply: Reply) -> Result<Object, StoreError> {
    let info = info(key, &reply)?;
    let length = u64::try_from(reply.body.len()).unwrap_or(u64::MAX);
    match info.size == length {
        true => Ok(Object { bytes: reply.body, info }),
        false => Err(StoreError::Protocol(format!(
            "'{key}' has {} bytes by its headers, but {length} came",
            info.size
        ))),
    }
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
        size: size(reply).ok_or_else(|| missing("length"))?,
        modified: modified(reply).ok_or_else(|| missing("time"))?,
        attributes: attributes(key, reply)?,
        put_id: reply.header(PUT_ID).map(|id| PutId(id.to_owned())),
    })
}

/// The length: announced, or that of a body which came in marked pieces up to a marked end.
fn size(reply: &Reply) -> Option<u64> {
    let announced = reply.header("content-length").map(str::parse);
    match announced {
        Some(length) => length.ok(),
        None if reply.header("transfer-encoding") == Some("chunked") => {
            u64::try_from(reply.body.len()).ok()
        }
        None => None,
    }
}

fn modified(reply: &Reply) -> Option<Timestamp> {
    let text = reply.header("last-modified")?;
    DateTime::parse_from_rfc2822(text).ok().map(|time| time.to_utc())
}

fn attributes(key: &Key, reply: &Reply) -> Result<Attributes, StoreError> {
    let header = |name: &str| reply.header(name).map(str::to_owned);
    Ok(Attributes {
        content_type: header("content-type"),
        cache_control: header("cache-control"),
        content_disposition: header("content-disposition"),
        content_encoding: header("content-encoding"),
        content_language: header("content-language"),
        metadata: metadata(key, reply)?,
        encryption: header("x-amz-server-side-encryption"),
        encryption_key: header("x-amz-server-side-encryption-aws-kms-key-id"),
        storage_class: header("x-amz-storage-class").filter(|class| class != "STANDARD"),
        tag_count: reply.header("x-amz-tagging-count").and_then(|n| n.parse().ok()).unwrap_or(0),
    })
}

/// User metadata. What is no text could not be kept on an update, so it is an error.
fn metadata(key: &Key, reply: &Reply) -> Result<BTreeMap<String, String>, StoreError> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &reply.headers {
        let Some(short) = name.as_str().strip_prefix(METADATA) else { continue };
        if name.as_str() == PUT_ID {
            continue;
        }
        let text = std::str::from_utf8(value.as_bytes()).map_err(|_| {
            StoreError::Unsupported(format!("the metadata '{short}' of '{key}' is no UTF-8"))
        })?;
        found
            .entry(short.into())
            .and_modify(|all| *all = format!("{all},{text}"))
            .or_insert(text.into());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    fn reply(headers: &[(&str, &str)], body: &'static str) -> Reply {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().expect("a name");
                (name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"))
            })
            .collect();
        Reply { status: StatusCode::OK, headers, body: body.into(), host: "host".into() }
    }

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
