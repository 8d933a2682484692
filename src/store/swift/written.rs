//! What this process wrote: a listing may not know of it yet.
//!
//! Swift's listings come from a database that the servers tell of a write, if need be later. What
//! a listing lacks looks like a deletion, so where it says something else than our own last
//! write, the object itself is asked.

use crate::model::{Key, Listing, Version};
use crate::store::is_scratch;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By key, the version that was there last; `None`: nothing was.
#[derive(Debug, Default)]
pub(super) struct Written(Mutex<BTreeMap<Key, Option<Version>>>);

impl Written {
    /// Remembers what a write is to leave behind.
    pub(super) fn note(&self, key: &Key, version: Option<Version>) {
        if !is_scratch(key) {
            self.lock().insert(key.clone(), version);
        }
    }

    /// Corrects what is remembered of a key, if it is. `version`: what is there now.
    pub(super) fn saw(&self, key: &Key, version: Option<&Version>) {
        if let Some(known) = self.lock().get_mut(key) {
            *known = version.cloned();
        }
    }

    /// The keys of which a listing says something else.
    pub(super) fn missed_by(&self, listing: &Listing) -> Vec<Key> {
        let written = self.lock();
        let is_other = |key: &Key, version: &Option<Version>| {
            listing.get(key).map(|entry| &entry.version) != version.as_ref()
        };
        let missed = written.iter().filter(|(key, version)| is_other(key, version));
        missed.map(|(key, _)| key.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Option<Version>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entry;

    #[test]
    fn only_what_a_listing_tells_otherwise_is_missed() {
        let entry = |version: &str| {
            let modified = chrono::DateTime::UNIX_EPOCH;
            Entry { version: Version::new(version), size: 1, modified }
        };
        let (a, b, c) = (Key::from("a"), Key::from("b"), Key::from("c"));
        let written = Written::default();
        written.note(&a, Some(Version::new("1")));
        written.note(&b, Some(Version::new("1")));
        written.note(&c, None);
        written.note(&Key::from(".git-store-probe/x"), None);
        let behind = Listing::from([(a.clone(), entry("0")), (c.clone(), entry("1"))]);
        assert_eq!(written.missed_by(&behind), [a.clone(), b.clone(), c.clone()]);
        let there = Listing::from([(a.clone(), entry("1")), (b, entry("1"))]);
        assert!(written.missed_by(&there).is_empty());
        // Somebody else's later write is seen once.
        let later = Listing::from([(a.clone(), entry("2")), (Key::from("b"), entry("1"))]);
        written.saw(&a, Some(&Version::new("2")));
        written.saw(&Key::from("d"), None);
        assert!(written.missed_by(&later).is_empty());
    }
}
