//! The tags of an object, as XML that S3 and Azure have alike.

use super::encoding::encode;
use super::xml::parse;
use crate::store::StoreError;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagging {
    tag_set: TagSet,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagSet {
    #[serde(default)]
    tag: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// The tags that a document with this root lists, as the header of an upload names them.
pub(in crate::store) fn tag_header(body: &[u8], root: &str) -> Result<String, StoreError> {
    let tagging: Tagging = parse(body, root)
        .map_err(|why| StoreError::Protocol(format!("the tags are not usable: {why}")))?;
    let pair =
        |tag: &Tag| format!("{}={}", encode(tag.key.as_bytes()), encode(tag.value.as_bytes()));
    Ok(tagging.tag_set.tag.iter().map(pair).collect::<Vec<_>>().join("&"))
}
