//! Pages of a listing as S3 has them.

use crate::model::{Entry, Listing, Timestamp, Version};
use crate::store::StoreError;
use crate::store::wire::{Order, Pages, parse};
use chrono::DateTime;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use std::cmp::Ordering;

/// One page, as the service sends it.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Page {
    name: Option<String>,
    prefix: Option<String>,
    key_count: Option<usize>,
    is_truncated: bool,
    next_continuation_token: Option<String>,
    encoding_type: Option<String>,
    #[serde(default)]
    contents: Vec<Content>,
    #[serde(default)]
    common_prefixes: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
struct Content {
    key: String,
    last_modified: String,
    #[serde(rename = "ETag")]
    e_tag: String,
    size: u64,
}

/// Puts pages together.
pub(super) struct Collector {
    bucket: String,
    pages: Pages,
}

/// Amazon lists by bytes. SeaweedFS walks directories, so there `a/b` comes before `a-b`:
/// by bytes within each component.
const ORDERS: &[Order] = &[<[u8]>::cmp, by_components];

fn by_components(a: &[u8], b: &[u8]) -> Ordering {
    a.split(|byte| *byte == b'/').cmp(b.split(|byte| *byte == b'/'))
}

impl Collector {
    /// For a bucket and a prefix, without a slash at its end.
    pub(super) fn new(bucket: &str, prefix: &str) -> Self {
        Self { bucket: bucket.into(), pages: Pages::new(prefix, ORDERS) }
    }

    /// The prefix to ask for.
    pub(super) fn prefix(&self) -> String {
        String::from_utf8_lossy(self.pages.prefix()).into_owned()
    }

    /// Takes a page in; `Some`: there are more, ask with this token.
    pub(super) fn add(&mut self, body: &[u8]) -> Result<Option<String>, StoreError> {
        self.take(body)
            .map_err(|why| StoreError::Protocol(format!("the listing is not usable: {why}")))
    }

    /// Everything, after the last page.
    pub(super) fn finish(self) -> Listing {
        self.pages.finish()
    }

    fn take(&mut self, body: &[u8]) -> Result<Option<String>, String> {
        let page: Page = parse(body, "ListBucketResult")?;
        self.check(&page)?;
        let is_encoded = page.encoding_type.as_deref() == Some("url");
        for content in &page.contents {
            let key = decode(&content.key, is_encoded);
            self.pages.insert(key, entry(content)?)?;
        }
        match page.is_truncated {
            true => {
                self.pages.next(page.next_continuation_token, page.contents.is_empty()).map(Some)
            }
            false => Ok(None),
        }
    }

    fn check(&self, page: &Page) -> Result<(), String> {
        let is_encoded = page.encoding_type.as_deref() == Some("url");
        if page.name.as_ref().is_some_and(|name| *name != self.bucket) {
            return Err("it is that of another bucket".into());
        }
        let prefix = page.prefix.as_deref().unwrap_or_default();
        if decode(prefix, is_encoded) != self.pages.prefix()
            && prefix.as_bytes() != self.pages.prefix()
        {
            return Err("it is that of another prefix".into());
        }
        if !page.common_prefixes.is_empty() {
            return Err("it is grouped, which was not asked for".into());
        }
        match page.key_count {
            Some(count) if count != page.contents.len() => {
                Err(format!("{count} keys are announced, {} are there", page.contents.len()))
            }
            _ => Ok(()),
        }
    }
}

fn entry(content: &Content) -> Result<Entry, String> {
    let modified: Timestamp = DateTime::parse_from_rfc3339(&content.last_modified)
        .map_err(|_| format!("'{}' is no time", content.last_modified.escape_debug()))?
        .to_utc();
    if content.e_tag.trim().is_empty() {
        return Err("a key has no e-tag".into());
    }
    Ok(Entry { version: Version::new(&content.e_tag), size: content.size, modified })
}

fn decode(text: &str, is_encoded: bool) -> Vec<u8> {
    match is_encoded {
        true => percent_decode_str(&text.replace('+', " ")).collect(),
        false => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
