//! Pages of a listing, and whether they can be believed.
//!
//! A page that is wrong in any way fails the whole listing: what a listing leaves out looks
//! like a deletion.

use crate::model::{Entry, Key, Listing, Timestamp, Version};
use crate::store::{SCRATCH_PREFIX, StoreError};
use chrono::{DateTime, NaiveDateTime};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A line of a page. Anything else, such as a group of keys, is an error.
#[derive(Deserialize)]
struct Line {
    name: String,
    hash: String,
    bytes: u64,
    last_modified: String,
    /// The e-tag of a large object, of which `hash` is that of its manifest.
    slo_etag: Option<String>,
}

/// Puts pages together.
pub(super) struct Collector {
    /// With a slash at its end, or empty.
    prefix: String,
    listing: Listing,
    last: String,
}

impl Collector {
    /// For a prefix, without a slash at its end.
    pub(super) fn new(prefix: &str) -> Self {
        let slash = if prefix.is_empty() { "" } else { "/" };
        let prefix = format!("{prefix}{slash}");
        Self { prefix, listing: BTreeMap::new(), last: String::new() }
    }

    /// The prefix to ask for.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name after which the next page begins; empty for the first one.
    pub(super) fn marker(&self) -> &str {
        &self.last
    }

    /// Takes a page in; `true`: it was empty, which alone is the end. A service may send fewer
    /// lines than it could.
    pub(super) fn add(&mut self, body: &[u8]) -> Result<bool, StoreError> {
        self.take(body)
            .map_err(|why| StoreError::Protocol(format!("the listing is not usable: {why}")))
    }

    /// Everything, after the last page.
    pub(super) fn finish(self) -> Listing {
        self.listing
    }

    fn take(&mut self, body: &[u8]) -> Result<bool, String> {
        let lines: Vec<Line> =
            serde_json::from_slice(body).map_err(|_| "it is not Swift's".to_owned())?;
        let is_empty = lines.is_empty();
        for line in lines {
            self.insert(line)?;
        }
        Ok(is_empty)
    }

    fn insert(&mut self, line: Line) -> Result<(), String> {
        let shown = Key::from(line.name.as_str());
        let Some(inner) = line.name.strip_prefix(&self.prefix) else {
            return Err(format!("'{shown}' is outside the prefix"));
        };
        if line.name <= self.last {
            return Err(format!("'{shown}' comes after '{}'", Key::from(self.last.as_str())));
        }
        let key = Key::from(inner);
        let entry = entry(&line)?;
        self.last = line.name;
        // Where the prefix itself is an object, it is a marker and no key below the prefix.
        if !key.as_bytes().is_empty() && !key.is_below(&Key::from(SCRATCH_PREFIX)) {
            self.listing.insert(key, entry);
        }
        Ok(())
    }
}

fn entry(line: &Line) -> Result<Entry, String> {
    let modified = modified(&line.last_modified)
        .ok_or_else(|| format!("'{}' is no time", line.last_modified.escape_debug()))?;
    let e_tag = line.slo_etag.as_ref().unwrap_or(&line.hash);
    if e_tag.trim().is_empty() {
        return Err("a key has no e-tag".into());
    }
    Ok(Entry { version: Version::new(e_tag), size: line.bytes, modified })
}

/// In UTC without saying so; whole seconds, as [`super::object`] explains.
fn modified(text: &str) -> Option<Timestamp> {
    let bare = text.trim_end_matches('Z');
    let time = NaiveDateTime::parse_from_str(bare, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    DateTime::from_timestamp(time.and_utc().timestamp(), 0)
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
