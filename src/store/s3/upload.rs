//! The headers of an upload.

use super::object::{METADATA, PUT_ID};
use crate::store::Upload;
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

fn content_md5(bytes: &[u8]) -> String {
    use md5::Digest as _;
    base64(&md5::Md5::digest(bytes))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (text, expected) in cases {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        assert_eq!(content_md5(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
    }
}
