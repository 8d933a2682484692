//! What the service says of an object beside its content.

use crate::model::{Attributes, Entry, Key, ObjectInfo, PutId, Timestamp, Version};
use crate::store::StoreError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The user metadata that holds the mark of the write.
pub(super) const PUT_ID: &str = "git-store-put";

/// What is asked for of an object.
pub(super) const FIELDS: &str = "name,bucket,generation,size,updated,md5Hash,contentType,\
    cacheControl,contentDisposition,contentEncoding,contentLanguage,metadata,storageClass,kmsKeyName";

/// What is asked for of each object in a listing.
pub(super) const LISTED_FIELDS: &str = "name,bucket,generation,size,updated";

/// An object as the service describes it.
#[derive(Deserialize, Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    /// The name in the bucket.
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// The generation, in decimal.
    pub generation: String,
    size: String,
    updated: Timestamp,
    /// The MD5 of the content in base64; objects that were put together have none.
    pub md5_hash: Option<String>,
    content_type: Option<String>,
    cache_control: Option<String>,
    content_disposition: Option<String>,
    content_encoding: Option<String>,
    content_language: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    storage_class: Option<String>,
    kms_key_name: Option<String>,
}

impl Resource {
    /// The line of a listing.
    pub(super) fn entry(&self) -> Result<Entry, String> {
        Ok(Entry { version: self.version()?, size: self.size()?, modified: self.updated })
    }

    /// Everything that is kept of an object.
    pub(super) fn info(mut self, key: &Key) -> Result<ObjectInfo, StoreError> {
        let wrong = |why| StoreError::Protocol(format!("the answer on '{key}': {why}"));
        let Entry { version, size, modified } = self.entry().map_err(wrong)?;
        let put_id = self.metadata.remove(PUT_ID).map(PutId);
        Ok(ObjectInfo { version, size, modified, put_id, attributes: self.attributes() })
    }

    fn version(&self) -> Result<Version, String> {
        let version = Version::new(&self.generation);
        match generation(&version) {
            Some(_) => Ok(version),
            None => Err(format!("'{}' is no generation", self.generation.escape_debug())),
        }
    }

    fn size(&self) -> Result<u64, String> {
        self.size.parse().map_err(|_| format!("'{}' is no size", self.size.escape_debug()))
    }

    fn attributes(self) -> Attributes {
        Attributes {
            content_type: self.content_type,
            cache_control: self.cache_control,
            content_disposition: self.content_disposition,
            content_encoding: self.content_encoding,
            content_language: self.content_language,
            metadata: self.metadata,
            encryption: None,
            encryption_key: self.kms_key_name.map(|name| without_version(&name)),
            storage_class: self.storage_class.filter(|class| class != "STANDARD"),
            tag_count: 0,
        }
    }
}

/// The number that a version is. No object has generation 0, which in a condition means that
/// there is none.
pub(super) fn generation(version: &Version) -> Option<u64> {
    let text = version.as_str();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && *number > 0)
}

/// A key's name as it is written; it is told with the key's version, which the service chooses.
fn without_version(name: &str) -> String {
    name.split_once("/cryptoKeyVersions/").map_or(name, |(key, _)| key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str = r#"{"name":"k","bucket":"b","generation":"17","size":"2",
        "updated":"2026-01-02T03:04:05.678Z","contentType":"text/plain","cacheControl":"no-cache",
        "contentDisposition":"inline","contentEncoding":"gzip","contentLanguage":"en",
        "metadata":{"Owner":"é","git-store-put":"p1"},"storageClass":"NEARLINE",
        "kmsKeyName":"projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/3"}"#;

    fn info(text: &str) -> Result<ObjectInfo, StoreError> {
        let resource: Resource = serde_json::from_str(text).expect("a resource");
        resource.info(&Key::from("k"))
    }

    #[test]
    fn everything_that_is_kept_is_read() {
        let info = info(OBJECT).expect("an object");
        assert_eq!((info.version.as_str(), info.size), ("17", 2));
        assert_eq!(info.modified.to_rfc3339(), "2026-01-02T03:04:05.678+00:00");
        assert_eq!(info.put_id, Some(PutId("p1".into())));
        let attributes = Attributes {
            content_type: Some("text/plain".into()),
            cache_control: Some("no-cache".into()),
            content_disposition: Some("inline".into()),
            content_encoding: Some("gzip".into()),
            content_language: Some("en".into()),
            metadata: [("Owner".into(), "é".into())].into(),
            encryption_key: Some("projects/p/locations/l/keyRings/r/cryptoKeys/k".into()),
            storage_class: Some("NEARLINE".into()),
            ..Attributes::default()
        };
        assert_eq!(info.attributes, attributes);
    }

    #[test]
    fn the_standard_class_is_nothing_to_keep() {
        let info = info(&OBJECT.replace("NEARLINE", "STANDARD")).expect("an object");
        assert_eq!(info.attributes.storage_class, None);
    }

    #[test]
    fn numbers_that_are_none() {
        for (right, wrong) in [("\"17\"", "\"0\""), ("\"17\"", "\"+1\""), ("\"2\"", "\"-2\"")] {
            assert!(info(&OBJECT.replace(right, wrong)).is_err(), "{wrong}");
        }
        for field in ["name", "bucket", "generation", "size", "updated"] {
            let text = OBJECT.replace(&format!("\"{field}\""), "\"other\"");
            assert!(serde_json::from_str::<Resource>(&text).is_err(), "without {field}");
        }
    }

    #[test]
    fn generations() {
        for (text, number) in [("1", Some(1)), ("0", None), ("", None), ("-1", None), ("x", None)] {
            assert_eq!(generation(&Version::new(text)), number, "{text}");
        }
    }
}
