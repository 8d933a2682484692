//! What a store says of an object: version, size, time, attributes.

use super::key::Key;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A point in time, in UTC.
pub type Timestamp = DateTime<Utc>;

/// What a store compares on a conditional write: e-tag, generation, resourceVersion.
///
/// Opaque, except for [`Version::content_digest`]. Quotes around an e-tag are taken off.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(Arc<str>);

impl Version {
    /// Makes a version from the store's token, without the quotes of an e-tag.
    pub fn new(token: &str) -> Self {
        let bare = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        Self(bare.unwrap_or(token).into())
    }

    /// The token without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digest of the content, where the token has the shape of one.
    ///
    /// An S3 e-tag is the MD5 of the content unless the object was uploaded in parts or is
    /// encrypted with KMS; a token of that shape that does not fit only costs a download.
    pub fn content_digest(&self) -> Option<Digest> {
        let hexadecimal = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match self.0.strip_prefix("sha256:") {
            Some(rest) if rest.len() == 64 && hexadecimal(rest) => {
                Some(Digest::Sha256(rest.into()))
            }
            None if self.0.len() == 32 && hexadecimal(&self.0) => {
                Some(Digest::Md5((*self.0).into()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A digest of content, in lower-case hexadecimal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Digest {
    /// MD5, as S3 uses it for e-tags; never used for security.
    Md5(String),
    /// SHA-256, the version of a file in a directory store.
    Sha256(String),
}

impl Digest {
    /// The SHA-256 of some bytes.
    pub fn sha256(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self::Sha256(hex::encode(sha2::Sha256::digest(bytes)))
    }

    /// The MD5 of some bytes.
    pub fn md5(bytes: &[u8]) -> Self {
        use md5::Digest as _;
        Self::Md5(hex::encode(md5::Md5::digest(bytes)))
    }

    /// Whether `bytes` have this digest.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Md5(_) => *self == Self::md5(bytes),
            Self::Sha256(_) => *self == Self::sha256(bytes),
        }
    }
}

/// What must hold of an object for a write to take place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precondition {
    /// There is no object under the key.
    MustNotExist,
    /// The object has exactly this version.
    MustMatch(Version),
}

/// One line of a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The version at the time of the listing.
    pub version: Version,
    /// Bytes of content.
    pub size: u64,
    /// When the object was last written, by the store's clock.
    pub modified: Timestamp,
}

/// All keys below a store's prefix with their versions, as the store answered.
pub type Listing = BTreeMap<Key, Entry>;

/// An object's bytes with the version from the same reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// The content.
    pub bytes: bytes::Bytes,
    /// Everything else that the reply said.
    pub info: ObjectInfo,
}

/// What a store says of one object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectInfo {
    /// The version.
    pub version: Version,
    /// Bytes of content.
    pub size: u64,
    /// When the object was last written, by the store's clock.
    pub modified: Timestamp,
    /// What an update must keep.
    pub attributes: Attributes,
    /// Which of our writes made this version, if one did.
    pub put_id: Option<PutId>,
}

/// What an object has beside its content, and what an update must keep.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Attributes {
    /// `Content-Type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Cache-Control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Encoding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// User metadata, by lower-case name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Server-side encryption: algorithm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    /// Server-side encryption: the key's identifier (a name, not key material).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<String>,
    /// Storage class, where it is not the standard one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// How many tags the object has; the tags themselves are read when it is updated.
    #[serde(skip_serializing_if = "is_zero")]
    pub tag_count: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The mark that one write leaves on its object, so that a lost reply can be settled by reading.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PutId(pub String);

impl fmt::Display for PutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A version of an object that a store keeps after it was replaced or deleted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The name by which the store hands it out.
    pub id: VersionId,
    /// What a precondition compares; `None`: the object was deleted then.
    pub version: Option<Version>,
    /// When it came into being, by the store's clock.
    pub modified: Timestamp,
}

/// What a store calls one of the versions that it keeps.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VersionId(pub String);

/// What a store can guarantee, found by probing its behaviour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Capabilities {
    /// A write with [`Precondition::MustNotExist`] never replaces an object.
    pub conditional_create: bool,
    /// A write with [`Precondition::MustMatch`] never replaces another version.
    pub conditional_update: bool,
    /// A delete with a version never removes another version.
    pub conditional_delete: bool,
    /// Replaced and deleted versions are kept by the store.
    pub versioning: bool,
    /// Objects can be written at all.
    pub writable: bool,
}

impl Capabilities {
    /// The level that follows from the capabilities.
    pub fn level(self) -> Level {
        let conditional =
            self.conditional_create && self.conditional_update && self.conditional_delete;
        match (self.writable, conditional, self.versioning) {
            (false, _, _) => Level::D,
            (true, true, true) => Level::APlus,
            (true, true, false) => Level::A,
            (true, false, true) => Level::B,
            (true, false, false) => Level::C,
        }
    }
}

/// What a store can guarantee, in one letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Level {
    /// Conditional put and delete, with versioning.
    #[serde(rename = "A+")]
    APlus,
    /// Conditional put and delete.
    A,
    /// Versioning only.
    B,
    /// Neither.
    C,
    /// Read only.
    D,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::APlus => "A+",
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_not_part_of_a_version() {
        assert_eq!(Version::new("\"abc\""), Version::new("abc"));
        assert_eq!(Version::new("W/\"abc\"").as_str(), "W/\"abc\"");
    }

    #[test]
    fn only_digest_shaped_versions_have_a_digest() {
        let md5 = "5d41402abc4b2a76b9719d911017c592";
        assert_eq!(Version::new(md5).content_digest(), Some(Digest::md5(b"hello")));
        assert!(Digest::md5(b"hello").matches(b"hello"));
        for token in [
            "5d41402abc4b2a76b9719d911017c592-2",
            "5D41402ABC4B2A76B9719D911017C592",
            "7",
            "sha256:12",
        ] {
            assert_eq!(Version::new(token).content_digest(), None, "{token}");
        }
    }

    #[test]
    fn level_follows_from_capabilities() {
        let all = Capabilities {
            conditional_create: true,
            conditional_update: true,
            conditional_delete: true,
            versioning: true,
            writable: true,
        };
        let cases = [
            (all, Level::APlus),
            (Capabilities { versioning: false, ..all }, Level::A),
            (Capabilities { conditional_delete: false, ..all }, Level::B),
            (Capabilities { conditional_update: false, versioning: false, ..all }, Level::C),
            (Capabilities { writable: false, ..all }, Level::D),
        ];
        for (capabilities, level) in cases {
            assert_eq!(capabilities.level(), level, "{capabilities:?}");
        }
    }
}
