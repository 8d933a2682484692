//! What the headers of a reply say of an object.

use super::reply::summary;
use crate::model::{Attributes, Key, Object, ObjectInfo, PutId, Timestamp, Version};
use crate::store::StoreError;
use crate::store::wire::Reply;
use chrono::DateTime;

/// What headers of user metadata begin with.
pub(super) const METADATA: &str = "x-object-meta-";

/// The user metadata that holds the mark of the write.
pub(super) const PUT_ID: &str = "x-object-meta-git-store-put";

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
            summary(reply)
        ))
    };
    let e_tag = reply.header("etag").filter(|tag| !tag.is_empty());
    let size = reply.header("content-length").and_then(|length| length.parse().ok());
    Ok(ObjectInfo {
        version: Version::new(e_tag.ok_or_else(|| missing("e-tag"))?),
        size: size.ok_or_else(|| missing("length"))?,
        modified: modified(reply).ok_or_else(|| missing("time"))?,
        attributes: attributes(key, reply)?,
        put_id: reply.header(PUT_ID).map(|id| PutId(id.to_owned())),
    })
}

/// When the object was written, in whole seconds, rounded down.
///
/// A listing says it in microseconds, `X-Timestamp` in hundred-thousandths, and `Last-Modified`
/// in seconds that are rounded up. Whole seconds are what the first two agree on.
fn modified(reply: &Reply) -> Option<Timestamp> {
    let seconds = reply.header("x-timestamp")?.split('.').next()?.parse().ok()?;
    DateTime::from_timestamp(seconds, 0)
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
        ..Attributes::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::reply;
    use std::collections::BTreeMap;

    const COMMON: [(&str, &str); 3] =
        [("etag", "0123"), ("content-length", "2"), ("x-timestamp", "1767323045.98765")];

    #[test]
    fn everything_comes_from_one_reply() {
        let mut headers = COMMON.to_vec();
        headers.extend([
            ("last-modified", "Fri, 02 Jan 2026 03:04:06 GMT"),
            ("content-type", "text/plain"),
            ("x-object-meta-owner", "\u{e9}"),
            ("x-object-meta-git-store-put", "p1"),
        ]);
        let object = object(&Key::from("k"), reply(&headers, "hi")).expect("an object");
        assert_eq!(object.info.version.as_str(), "0123");
        assert_eq!(object.info.modified.to_rfc3339(), "2026-01-02T03:04:05+00:00");
        assert_eq!(object.info.put_id, Some(PutId("p1".into())));
        let attributes = object.info.attributes;
        assert_eq!(attributes.metadata, BTreeMap::from([("owner".into(), "\u{e9}".into())]));
        assert_eq!(attributes.content_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn a_reply_that_lacks_something_is_no_object() {
        for missing in 0..COMMON.len() {
            let mut headers = COMMON.to_vec();
            headers.remove(missing);
            assert!(object(&Key::from("k"), reply(&headers, "hi")).is_err(), "{missing}");
        }
        assert!(object(&Key::from("k"), reply(&COMMON, "h")).is_err(), "short");
    }
}
