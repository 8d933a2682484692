//! The versions that a bucket keeps.

use super::reply::Reply;
use super::{S3Store, object};
use crate::model::{Kept, Key, Object, Timestamp, Version, VersionId};
use crate::store::wire::Call;
use crate::store::{StoreError, is_scratch};
use http::Method;
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a read of versions needs.
const PERMISSION: &str = "s3:ListBucketVersions";

/// A page of versions. Of keys that begin alike, the shortest comes first.
#[derive(Deserialize)]
struct Page {
    #[serde(rename = "$value", default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
enum Part {
    Version(Entry),
    DeleteMarker(Entry),
    IsTruncated(bool),
    NextKeyMarker(String),
    NextVersionIdMarker(String),
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    key: String,
    version_id: String,
    is_latest: bool,
    last_modified: Timestamp,
    #[serde(rename = "ETag")]
    e_tag: Option<String>,
}

/// Where the next page goes on.
#[derive(PartialEq, Eq)]
struct Marker {
    key: String,
    version: String,
}

impl S3Store {
    /// See [`crate::store::Store::versions`].
    pub(super) async fn kept_versions(&self, key: &Key) -> Result<Vec<Kept>, StoreError> {
        let full = self.full_key(key)?;
        let own = self.listed(&full, |next| next.key == full).await?;
        let own = own.into_iter().filter(|line| line.key == full);
        Ok(newest_first(own.collect()))
    }

    /// See [`crate::store::Store::history`].
    pub(super) async fn all_versions(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        let prefix = format!("{}{slash}", self.prefix);
        let mut lines: BTreeMap<Key, Vec<Line>> = BTreeMap::new();
        for line in self.listed(&prefix, |_| true).await? {
            let inner = line.key.strip_prefix(&prefix).ok_or_else(|| {
                StoreError::Protocol("the list of versions is that of another prefix".into())
            })?;
            let key = Key::from(inner);
            if !inner.is_empty() && !is_scratch(&key) {
                lines.entry(key).or_default().push(line);
            }
        }
        Ok(lines.into_iter().map(|(key, lines)| (key, newest_first(lines))).collect())
    }

    /// All versions of keys that begin with `prefix`, page by page, for as long as `goes_on`.
    async fn listed(
        &self,
        prefix: &str,
        goes_on: impl Fn(&Marker) -> bool,
    ) -> Result<Vec<Line>, StoreError> {
        let mut lines = Vec::new();
        let mut marker: Option<Marker> = None;
        loop {
            let page = self.page(prefix, marker.as_ref()).await?;
            lines.extend(page.parts.iter().filter_map(line));
            let next = next(page).filter(&goes_on);
            if next.is_some() && next == marker {
                let why = "the list of versions goes in circles";
                return Err(StoreError::Protocol(why.into()));
            }
            if next.is_none() {
                return Ok(lines);
            }
            marker = next;
        }
    }

    async fn page(&self, prefix: &str, marker: Option<&Marker>) -> Result<Page, StoreError> {
        let mut call =
            Call::read(Method::GET, "").with_query("versions", "").with_query("prefix", prefix);
        if let Some(marker) = marker {
            call = call
                .with_query("key-marker", &marker.key)
                .with_query("version-id-marker", &marker.version);
        }
        page(&self.client.read(&call).await?.checked(PERMISSION)?)
    }

    /// See [`crate::store::Store::get_kept`].
    pub(super) async fn get_version(
        &self,
        key: &Key,
        id: &VersionId,
    ) -> Result<Option<Object>, StoreError> {
        let call = Call::read(Method::GET, &self.path(key)?).with_query("versionId", &id.0);
        let reply = self.client.read(&call).await?;
        match reply.status.is_success() {
            true => object::object(key, reply).map(Some),
            false if reply.is_no_such_version() => Ok(None),
            false => Err(reply.read_error("s3:GetObjectVersion")),
        }
    }

    /// The key as the bucket knows it.
    fn full_key(&self, key: &Key) -> Result<String, StoreError> {
        self.path(key)?;
        let text = key.as_str().unwrap_or_default();
        Ok(if self.prefix.is_empty() { text.to_owned() } else { format!("{}/{text}", self.prefix) })
    }
}

fn page(reply: &Reply) -> Result<Page, StoreError> {
    let read = |root: &str| reply.xml::<Page>(root);
    read("ListVersionsResult")
        .map_err(|why| StoreError::Protocol(format!("the list of versions is not usable: {why}")))
}

/// One version of a key.
struct Line {
    key: String,
    is_latest: bool,
    kept: Kept,
}

fn line(part: &Part) -> Option<Line> {
    let (entry, version) = match part {
        Part::Version(entry) => (entry, Some(Version::new(entry.e_tag.as_deref()?))),
        Part::DeleteMarker(entry) => (entry, None),
        _ => return None,
    };
    let id = VersionId(entry.version_id.clone());
    let kept = Kept { id, version, modified: entry.last_modified };
    Some(Line { key: entry.key.clone(), is_latest: entry.is_latest, kept })
}

/// Amazon mixes versions and deletions by age, to the second. Others group them, and are finer.
fn newest_first(mut lines: Vec<Line>) -> Vec<Kept> {
    lines.sort_by_key(|line| Reverse((line.is_latest, line.kept.modified)));
    lines.into_iter().map(|line| line.kept).collect()
}

fn next(page: Page) -> Option<Marker> {
    let (mut is_truncated, mut key, mut version) = (false, None, None);
    for part in page.parts {
        match part {
            Part::IsTruncated(value) => is_truncated = value,
            Part::NextKeyMarker(value) => key = Some(value),
            Part::NextVersionIdMarker(value) => version = Some(value),
            _ => {}
        }
    }
    is_truncated.then_some(Marker { key: key?, version: version? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, StatusCode};

    fn of(body: &str) -> Result<Page, StoreError> {
        let body = body.to_owned().into();
        page(&Reply {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body,
            host: "host".into(),
        })
    }

    #[test]
    fn versions_and_deletions_keep_their_order() {
        let entry = |kind: &str, key: &str, id: &str, tag: &str| {
            format!(
                "<{kind}><Key>{key}</Key><VersionId>{id}</VersionId><IsLatest>false</IsLatest>\
                 <LastModified>2026-01-01T00:00:00.000Z</LastModified>{tag}<Owner><ID>x</ID></Owner></{kind}>"
            )
        };
        let tag = "<ETag>&quot;abc&quot;</ETag><Size>3</Size>";
        let body = format!(
            "<ListVersionsResult xmlns=\"x\"><Name>b</Name><IsTruncated>true</IsTruncated>\
             <NextKeyMarker>a</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>{}{}{}{}</ListVersionsResult>",
            entry("DeleteMarker", "a", "4", ""),
            entry("Version", "a", "3", tag),
            entry("DeleteMarker", "a", "2", ""),
            entry("Version", "ab", "1", tag),
        );
        let page = of(&body).expect("a page");
        let own = page.parts.iter().filter_map(line).filter(|line| line.key == "a");
        let kept: Vec<_> = newest_first(own.collect())
            .into_iter()
            .map(|kept| (kept.id.0, kept.version.map(|version| version.to_string())))
            .collect();
        let expected = [("4", None), ("3", Some("abc")), ("2", None)];
        assert_eq!(kept, expected.map(|(id, tag)| (id.to_owned(), tag.map(str::to_owned))));
        assert_eq!(next(page).map(|next| (next.key, next.version)), Some(("a".into(), "2".into())));
    }

    #[test]
    fn grouped_versions_are_sorted() {
        let kept = |id: &str, is_latest, second: u32| {
            let modified = format!("2026-01-01T00:00:{second:02}Z").parse().expect("a time");
            let kept = Kept { id: VersionId(id.into()), version: None, modified };
            Line { key: "a".into(), is_latest, kept }
        };
        let grouped = [kept("old", false, 1), kept("new", true, 2), kept("between", false, 2)];
        let ids: Vec<_> = newest_first(grouped.into()).into_iter().map(|kept| kept.id.0).collect();
        assert_eq!(ids, ["new", "between", "old"]);
    }

    #[test]
    fn what_is_cut_or_something_else_is_an_error() {
        for body in ["", "<ListVersionsResult>", "<ListBucketResult/>"] {
            assert!(of(body).is_err(), "{body}");
        }
        assert!(of("<ListVersionsResult/>").is_ok_and(|page| page.parts.is_empty()));
    }
}
