//! Which keys of a listing have to be looked at.

use crate::model::{Key, Known, Listing, Manifest, ObjectId, Token, Version};
use std::collections::BTreeMap;

/// What a listing says in comparison to what is recorded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// Keys whose version is not the recorded one, or of which no version is recorded.
    pub changed: Vec<Key>,
    /// Recorded keys that the listing lacks. A listing is only a hint: each has to be asked for.
    pub missing: Vec<Key>,
}

/// Compares a listing with the tracking commit's `files` and its manifest.
///
/// A manifest entry counts only if its blob is the one that the tracking commit has.
/// `fingerprint` is how versions are remembered where they must not be readable.
pub fn compare(
    listing: &Listing,
    files: &BTreeMap<Key, ObjectId>,
    manifest: &Manifest,
    fingerprint: &dyn Fn(&Version) -> String,
) -> Comparison {
    let is_recorded = |key: &Key, version: &Version| {
        let known = manifest.get(key).filter(|known| files.get(key) == Some(&known.blob));
        known.is_some_and(|known| is_version(known, version, fingerprint))
    };
    Comparison {
        changed: listing
            .iter()
            .filter(|(key, entry)| !is_recorded(key, &entry.version))
            .map(|(key, _)| key.clone())
            .collect(),
        missing: files.keys().filter(|key| !listing.contains_key(*key)).cloned().collect(),
    }
}

/// Whether a manifest entry remembers exactly this version.
pub fn is_version(
    known: &Known,
    version: &Version,
    fingerprint: &dyn Fn(&Version) -> String,
) -> bool {
    match &known.version {
        Token::Plain(plain) => plain == version,
        Token::Keyed(keyed) => *keyed == fingerprint(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entry;

    fn keyed(version: &Version) -> String {
        format!("k{version}")
    }

    fn known(version: Token, blob: &[u8]) -> Known {
        Known { version, blob: ObjectId::of_blob(blob), attributes: None, pushed: false }
    }

    #[test]
    fn only_what_is_recorded_twice_is_skipped() {
        let entry = |version| Entry {
            version: Version::new(version),
            size: 1,
            modified: chrono::DateTime::UNIX_EPOCH,
        };
        let plain = |version| Token::Plain(Version::new(version));
        let key = |name: &str| Key::from(name);
        let listing = Listing::from([
            (key("changed"), entry("2")),
            (key("manifest-ahead"), entry("1")),
            (key("new"), entry("1")),
            (key("no-manifest"), entry("1")),
            (key("secret"), entry("1")),
            (key("secret-changed"), entry("2")),
            (key("quiet"), entry("1")),
        ]);
        let recorded = [
            "changed",
            "gone",
            "manifest-ahead",
            "no-manifest",
            "quiet",
            "secret",
            "secret-changed",
        ];
        let files = recorded.iter().map(|name| (key(name), ObjectId::of_blob(b"x"))).collect();
        let manifest = Manifest::from([
            (key("changed"), known(plain("1"), b"x")),
            (key("gone"), known(plain("1"), b"x")),
            (key("manifest-ahead"), known(plain("1"), b"newer")),
            (key("quiet"), known(plain("1"), b"x")),
            (key("secret"), known(Token::Keyed("k1".into()), b"x")),
            (key("secret-changed"), known(Token::Keyed("k1".into()), b"x")),
        ]);
        let found = compare(&listing, &files, &manifest, &keyed);
        let changed = ["changed", "manifest-ahead", "new", "no-manifest", "secret-changed"];
        assert_eq!(found.changed, changed.map(key));
        assert_eq!(found.missing, [key("gone")]);
    }
}
