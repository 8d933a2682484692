//! Pages of a listing, and whether they can be believed.
//!
//! A page that is wrong in any way fails the whole listing: what a listing leaves out looks
//! like a deletion.

use super::xml::parse;
use crate::model::{Entry, Key, Listing, Timestamp, Version};
use crate::store::{SCRATCH_PREFIX, StoreError};
use chrono::DateTime;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

/// How many empty pages may follow one another; a service may send some, but not for ever.
const MAX_EMPTY_PAGES: usize = 100;

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
    /// With a slash at its end, or empty.
    prefix: Vec<u8>,
    listing: Listing,
    tokens: HashSet<String>,
    last: Option<Vec<u8>>,
    orders: Orders,
    empty_pages: usize,
}

/// Which orders the keys have followed so far.
///
/// Amazon lists by bytes. SeaweedFS walks directories, so there `a/b` comes before `a-b`:
/// by bytes within each component. Either order rules out that a page is repeated, left behind
/// or swapped; the keys must follow one of the two from the first to the last.
#[derive(Clone, Copy)]
struct Orders {
    bytes: bool,
    components: bool,
}

fn by_components(a: &[u8], b: &[u8]) -> Ordering {
    a.split(|byte| *byte == b'/').cmp(b.split(|byte| *byte == b'/'))
}

impl Collector {
    /// For a bucket and a prefix, without a slash at its end.
    pub(super) fn new(bucket: &str, prefix: &str) -> Self {
        let slash = if prefix.is_empty() { "" } else { "/" };
        Self {
            bucket: bucket.into(),
            prefix: format!("{prefix}{slash}").into_bytes(),
            listing: BTreeMap::new(),
            tokens: HashSet::new(),
            last: None,
            orders: Orders { bytes: true, components: true },
            empty_pages: 0,
        }
    }

    /// The prefix to ask for.
    pub(super) fn prefix(&self) -> String {
        String::from_utf8_lossy(&self.prefix).into_owned()
    }

    /// Takes a page in; `Some`: there are more, ask with this token.
    pub(super) fn add(&mut self, body: &[u8]) -> Result<Option<String>, StoreError> {
        self.take(body)
            .map_err(|why| StoreError::Protocol(format!("the listing is not usable: {why}")))
    }

    /// Everything, after the last page.
    pub(super) fn finish(self) -> Listing {
        self.listing
    }

    fn take(&mut self, body: &[u8]) -> Result<Option<String>, String> {
        let page: Page = parse(body, "ListBucketResult")?;
        self.check(&page)?;
        let is_encoded = page.encoding_type.as_deref() == Some("url");
        for content in &page.contents {
            let key = decode(&content.key, is_encoded);
            self.insert(key, content)?;
        }
        self.next(page)
    }

    fn check(&self, page: &Page) -> Result<(), String> {
        let is_encoded = page.encoding_type.as_deref() == Some("url");
        if page.name.as_ref().is_some_and(|name| *name != self.bucket) {
            return Err("it is that of another bucket".into());
        }
        let prefix = page.prefix.as_deref().unwrap_or_default();
        if decode(prefix, is_encoded) != self.prefix && prefix.as_bytes() != self.prefix {
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

    fn insert(&mut self, key: Vec<u8>, content: &Content) -> Result<(), String> {
        let shown = Key::new(&key);
        let Some(inner) = key.strip_prefix(self.prefix.as_slice()) else {
            return Err(format!("'{shown}' is outside the prefix"));
        };
        let relative = Key::new(inner);
        self.keep_order(&key)?;
        self.last = Some(key);
        // Where the prefix itself is an object, it is a marker and no key below the prefix.
        if relative.as_bytes().is_empty() || relative.is_below(&Key::from(SCRATCH_PREFIX)) {
            return Ok(());
        }
        match self.listing.insert(relative, entry(content)?) {
            None => Ok(()),
            Some(_) => Err(format!("'{shown}' is listed twice")),
        }
    }

    fn keep_order(&mut self, key: &[u8]) -> Result<(), String> {
        let Some(last) = &self.last else { return Ok(()) };
        self.orders.bytes &= last.as_slice() < key;
        self.orders.components &= by_components(last, key) == Ordering::Less;
        match self.orders.bytes || self.orders.components {
            true => Ok(()),
            false => Err(format!("'{}' comes after '{}'", Key::new(key), Key::new(last))),
        }
    }

    fn next(&mut self, page: Page) -> Result<Option<String>, String> {
        if !page.is_truncated {
            return Ok(None);
        }
        self.empty_pages = if page.contents.is_empty() { self.empty_pages + 1 } else { 0 };
        if self.empty_pages > MAX_EMPTY_PAGES {
            return Err("it does not come to an end".into());
        }
        let token = page.next_continuation_token.filter(|token| !token.is_empty());
        let token = token.ok_or("it goes on, but does not say where")?;
        match self.tokens.insert(token.clone()) {
            true => Ok(Some(token)),
            false => Err("it goes in circles".into()),
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
