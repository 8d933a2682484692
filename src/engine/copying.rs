//! What copying one store to another has to do, from their listings.

use crate::model::{Attributes, Entry, Key, Listing};

/// What is known of a key before anything is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// The target has no such key.
    Missing,
    /// Both have the same content, by the digests that the stores give.
    Same,
    /// Both have it, and not with the same content.
    Different,
    /// Only reading tells.
    Unclear,
}

/// Compares two lines of listings of the same key.
pub fn compare(source: &Entry, target: Option<&Entry>) -> Known {
    let Some(target) = target else { return Known::Missing };
    if source.size != target.size {
        return Known::Different;
    }
    match (source.version.content_digest(), target.version.content_digest()) {
        (Some(one), Some(other)) if one == other => Known::Same,
        _ => Known::Unclear,
    }
}

/// The keys that are not in both listings with the same version.
pub fn changed(before: &Listing, after: &Listing) -> Vec<Key> {
    let version = |listing: &Listing, key: &Key| listing.get(key).map(|it| it.version.clone());
    let mut keys: Vec<Key> = before.keys().chain(after.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| version(before, key) != version(after, key));
    keys
}

/// What a copy has beside its content: on another service, only what every service knows. Tags
/// cannot be written where no object has them yet.
pub fn attributes_of_copy(attributes: Attributes, is_same_service: bool) -> Attributes {
    let attributes = Attributes { tag_count: 0, ..attributes };
    match is_same_service {
        true => attributes,
        false => {
            Attributes { encryption: None, encryption_key: None, storage_class: None, ..attributes }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Version;

    fn entry(version: &str, size: u64) -> Entry {
        Entry { version: Version::new(version), size, modified: Default::default() }
    }

    #[test]
    fn listings_tell_what_they_can() {
        let hello = "5d41402abc4b2a76b9719d911017c592";
        let other = "7d793037a0760186574b0282f2f435e7";
        let sha = format!("sha256:{}", "a".repeat(64));
        let cases = [
            (hello, 5, None, Known::Missing),
            (hello, 5, Some((hello, 5)), Known::Same),
            (hello, 5, Some((hello, 6)), Known::Different),
            (hello, 5, Some((other, 5)), Known::Unclear),
            (hello, 5, Some((sha.as_str(), 5)), Known::Unclear),
            ("1", 5, Some(("1", 5)), Known::Unclear),
        ];
        for (version, size, target, expected) in cases {
            let target = target.map(|(version, size)| entry(version, size));
            assert_eq!(compare(&entry(version, size), target.as_ref()), expected);
        }
    }

    #[test]
    fn whatever_came_went_or_changed() {
        let listing = |lines: &[(&str, &str)]| -> Listing {
            lines.iter().map(|(key, version)| (Key::from(*key), entry(version, 1))).collect()
        };
        let before = listing(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let after = listing(&[("a", "1"), ("b", "2"), ("d", "1")]);
        assert_eq!(changed(&before, &after), ["b", "c", "d"].map(Key::from));
        assert!(changed(&before, &before).is_empty());
    }

    #[test]
    fn other_services_do_not_get_names_that_they_do_not_know() {
        let all = Attributes {
            content_type: Some("text/plain".into()),
            encryption_key: Some("key".into()),
            storage_class: Some("GLACIER".into()),
            tag_count: 1,
            ..Attributes::default()
        };
        let there = attributes_of_copy(all.clone(), false);
        assert_eq!((there.content_type, there.storage_class), (all.content_type.clone(), None));
        let here = attributes_of_copy(all.clone(), true);
        assert_eq!((here.storage_class, here.tag_count), (all.storage_class, 0));
    }
}
