//! Pages of a listing as Azure has them.

use super::object::hierarchical;
use crate::model::{Entry, Timestamp, Version};
use crate::store::StoreError;
use crate::store::wire::{Order, Pages, parse};
use chrono::DateTime;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::cmp::Ordering;

/// One page, as the service sends it.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(rename = "@ContainerName")]
    container: Option<String>,
    prefix: Option<Name>,
    blobs: Blobs,
    /// Empty on the last page.
    next_marker: String,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
struct Blobs {
    #[serde(default)]
    blob: Vec<Blob>,
    #[serde(default)]
    blob_prefix: Vec<IgnoredAny>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
struct Blob {
    name: Name,
    properties: Properties,
    snapshot: Option<IgnoredAny>,
    deleted: Option<IgnoredAny>,
}

/// A name; percent-encoded where XML could not hold it.
#[derive(Deserialize, Debug, Default)]
struct Name {
    #[serde(rename = "@Encoded", default)]
    is_encoded: bool,
    #[serde(rename = "$text", default)]
    text: String,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    #[serde(rename = "Last-Modified")]
    last_modified: String,
    etag: String,
    #[serde(rename = "Content-Length")]
    size: u64,
    resource_type: Option<String>,
}

impl Name {
    fn bytes(&self) -> Vec<u8> {
        match self.is_encoded {
            true => percent_decode_str(&self.text).collect(),
            false => self.text.as_bytes().to_vec(),
        }
    }
}

/// Puts pages together.
pub(super) struct Collector {
    container: String,
    pages: Pages,
}

/// Azure's word is that names are in alphabetical order; whether by bytes or, as Azurite has it,
/// by units of UTF-16, it does not say.
const ORDERS: &[Order] = &[<[u8]>::cmp, by_utf16];

fn by_utf16(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    a.encode_utf16().cmp(b.encode_utf16())
}

impl Collector {
    /// For a container and a prefix, without a slash at its end.
    pub(super) fn new(container: &str, prefix: &str) -> Self {
        Self { container: container.into(), pages: Pages::new(prefix, ORDERS) }
    }

    /// The prefix to ask for.
    pub(super) fn prefix(&self) -> String {
        String::from_utf8_lossy(self.pages.prefix()).into_owned()
    }

    /// Takes a page in; `Some`: there are more, ask with this marker.
    pub(super) fn add(&mut self, body: &[u8]) -> Result<Option<String>, StoreError> {
        let unusable =
            |why: String| StoreError::Protocol(format!("the listing is not usable: {why}"));
        let page: Page = parse(body, "EnumerationResults").map_err(unusable)?;
        let is_directory =
            |blob: &Blob| blob.properties.resource_type.as_deref() == Some("directory");
        match page.blobs.blob.iter().any(is_directory) {
            true => Err(hierarchical()),
            false => self.take(page).map_err(unusable),
        }
    }

    /// Everything, after the last page.
    pub(super) fn finish(self) -> crate::model::Listing {
        self.pages.finish()
    }

    fn take(&mut self, page: Page) -> Result<Option<String>, String> {
        self.check(&page)?;
        for blob in &page.blobs.blob {
            self.pages.insert(blob.name.bytes(), entry(blob)?)?;
        }
        match page.next_marker.is_empty() {
            true => Ok(None),
            false => self.pages.next(Some(page.next_marker), page.blobs.blob.is_empty()).map(Some),
        }
    }

    fn check(&self, page: &Page) -> Result<(), String> {
        if page.container.as_ref().is_some_and(|name| *name != self.container) {
            return Err("it is that of another container".into());
        }
        let prefix = page.prefix.as_ref().map(Name::bytes).unwrap_or_default();
        if prefix != self.pages.prefix() {
            return Err("it is that of another prefix".into());
        }
        match page.blobs.blob_prefix.is_empty() {
            true => Ok(()),
            false => Err("it is grouped, which was not asked for".into()),
        }
    }
}

fn entry(blob: &Blob) -> Result<Entry, String> {
    if blob.snapshot.is_some() || blob.deleted.is_some() {
        return Err("it has snapshots or deleted blobs, which were not asked for".into());
    }
    let Properties { last_modified, etag, size, .. } = &blob.properties;
    let modified: Timestamp = DateTime::parse_from_rfc2822(last_modified)
        .map_err(|_| format!("'{}' is no time", last_modified.escape_debug()))?
        .to_utc();
    match etag.trim().is_empty() {
        true => Err("a key has no e-tag".into()),
        false => Ok(Entry { version: Version::new(etag), size: *size, modified }),
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
