//! Pages of a listing as Google has them.

use super::resource::Resource;
use crate::model::Listing;
use crate::store::StoreError;
use crate::store::wire;
use serde::Deserialize;

/// One page, as the service sends it.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Page {
    kind: String,
    next_page_token: Option<String>,
    #[serde(default)]
    items: Vec<Resource>,
    #[serde(default)]
    prefixes: Vec<String>,
}

/// Puts pages together.
pub(super) struct Collector {
    bucket: String,
    pages: wire::Pages,
}

impl Collector {
    /// For a bucket and a prefix, without a slash at its end.
    pub(super) fn new(bucket: &str, prefix: &str) -> Self {
        Self { bucket: bucket.into(), pages: wire::Pages::new(prefix, &[<[u8]>::cmp]) }
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
        let page: Page = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if page.kind != "storage#objects" {
            return Err("it is none".into());
        }
        if !page.prefixes.is_empty() {
            return Err("it is grouped, which was not asked for".into());
        }
        for item in &page.items {
            if item.bucket != self.bucket {
                return Err("it is that of another bucket".into());
            }
            self.pages.insert(item.name.clone().into_bytes(), item.entry()?)?;
        }
        let next = page.next_page_token;
        next.map(|token| self.pages.next(Some(token), page.items.is_empty())).transpose()
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
