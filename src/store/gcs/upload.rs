//! The body of an upload: what is said of the object, then its content.

use super::resource::PUT_ID;
use crate::model::Key;
use crate::store::wire::content_md5;
use crate::store::{StoreError, Upload};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What new objects get.
const CONTENT_TYPE: &str = "application/octet-stream";

/// What an upload says of its object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description<'a> {
    name: &'a str,
    content_type: &'a str,
    md5_hash: String,
    metadata: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    kept: Kept<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_disposition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_encoding: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_class: Option<&'a str>,
}

/// A body in two parts.
pub(super) struct Multipart {
    /// What it is, for the header `content-type`.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
}

/// The body that uploads an object under a name.
pub(super) fn multipart(key: &Key, name: &str, upload: &Upload) -> Result<Multipart, StoreError> {
    let content_type = upload.attributes.content_type.as_deref().unwrap_or(CONTENT_TYPE);
    // It becomes a line of its own.
    if content_type.contains(char::is_control) {
        let why = format!("the content type of '{key}' has control characters");
        return Err(StoreError::Unsupported(why));
    }
    let description = serde_json::to_string(&description(name, content_type, upload))
        .map_err(|error| StoreError::Protocol(error.to_string()))?;
    // Nothing holds its own digest, so this stands in neither part.
    let mut digest = Sha256::new_with_prefix(&description);
    digest.update(&upload.bytes);
    let boundary = hex::encode(digest.finalize());
    let mut body = format!(
        "--{boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n{description}\r\n\
         --{boundary}\r\ncontent-type: {content_type}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&upload.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let content_type = format!("multipart/related; boundary={boundary}");
    Ok(Multipart { content_type, body: body.into() })
}

fn description<'a>(name: &'a str, content_type: &'a str, upload: &'a Upload) -> Description<'a> {
    let attributes = &upload.attributes;
    let pairs = attributes.metadata.iter();
    let mut metadata: BTreeMap<&str, &str> =
        pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    metadata.insert(PUT_ID, &upload.put_id.0);
    let kept = Kept {
        cache_control: attributes.cache_control.as_deref(),
        content_disposition: attributes.content_disposition.as_deref(),
        content_encoding: attributes.content_encoding.as_deref(),
        content_language: attributes.content_language.as_deref(),
        storage_class: attributes.storage_class.as_deref(),
    };
    Description { name, content_type, md5_hash: content_md5(&upload.bytes), metadata, kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, PutId};

    fn upload(bytes: &'static str, attributes: Attributes) -> Upload {
        Upload { bytes: bytes.into(), attributes, put_id: PutId("p1".into()) }
    }

    #[test]
    fn a_body_as_the_service_wants_it() {
        let attributes = Attributes {
            content_type: Some("text/x".into()),
            storage_class: Some("NEARLINE".into()),
            metadata: [("Owner".into(), "é".into())].into(),
            ..Attributes::default()
        };
        let made = multipart(&Key::from("k"), "pre/k", &upload("hi\r\n", attributes));
        let Multipart { content_type, body } = made.expect("a body");
        let boundary = content_type.strip_prefix("multipart/related; boundary=").expect("one");
        let expected = format!(
            "--{boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n\
             {{\"name\":\"pre/k\",\"contentType\":\"text/x\",\
             \"md5Hash\":\"YVJJbEcSa6EHmv0qC2NkXQ==\",\
             \"metadata\":{{\"Owner\":\"é\",\"git-store-put\":\"p1\"}},\
             \"storageClass\":\"NEARLINE\"}}\r\n\
             --{boundary}\r\ncontent-type: text/x\r\n\r\nhi\r\n\r\n--{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8_lossy(&body), expected);
    }

    #[test]
    fn a_content_type_adds_no_line() {
        let attributes =
            Attributes { content_type: Some("a\r\nb: c".into()), ..Attributes::default() };
        let made = multipart(&Key::from("k"), "k", &upload("", attributes));
        assert!(matches!(made, Err(StoreError::Unsupported(_))));
    }
}
