//! Which deletions need a word.
//!
//! A deletion that is one of many, or that takes away a whole cluster or a key that cannot be
//! made again, is stopped until somebody names it. It does not matter in which direction.

use crate::model::{Key, Profile};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Up to this many deletions at once are ordinary.
const MANY: usize = 5;

/// More than this share of all keys, in percent, is a mass deletion.
const PERCENT: usize = 10;

/// Why deletions were stopped, with the keys that need a word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stopped {
    /// Why, in the order of gravity.
    pub reasons: Vec<Reason>,
    /// The keys that no `allow` pattern names.
    pub keys: Vec<Key>,
}

/// Why a deletion needs a word.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// Private keys or secrets would go.
    KeyMaterial,
    /// A whole cluster, or its `config`, would go.
    Cluster(Key),
    /// Many keys would go at once.
    Mass {
        /// How many.
        removed: usize,
        /// Of how many.
        total: usize,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyMaterial => f.write_str("private keys or secrets, which cannot be made again"),
            Self::Cluster(name) => write!(f, "the cluster {name}"),
            Self::Mass { removed, total } => write!(f, "{removed} of {total} keys at once"),
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<String> = self.reasons.iter().map(Reason::to_string).collect();
        write!(f, "this would delete {}", reasons.join(", and "))?;
        let shown: Vec<String> = self.keys.iter().take(3).map(|key| format!("'{key}'")).collect();
        let more = if self.keys.len() > shown.len() { ", …" } else { "" };
        write!(f, " ({}{more})", shown.join(", "))
    }
}

/// Looks at the keys that would be deleted out of all keys that are there.
///
/// # Errors
/// [`Stopped`] if a deletion needs a word and `is_allowed` does not give it.
pub fn guard(
    profile: Profile,
    all: &BTreeSet<Key>,
    removed: &BTreeSet<Key>,
    is_allowed: &dyn Fn(&Key) -> bool,
) -> Result<(), Stopped> {
    let mut needing: BTreeMap<Reason, Vec<&Key>> = BTreeMap::new();
    for key in removed.iter().filter(|key| profile.class(key).is_key_material()) {
        needing.entry(Reason::KeyMaterial).or_default().push(key);
    }
    for cluster in lost_clusters(profile, all, removed) {
        let keys = removed.iter().filter(|key| key.is_below(&cluster)).collect();
        needing.insert(Reason::Cluster(cluster), keys);
    }
    if removed.len() > MANY && removed.len() * 100 > all.len() * PERCENT {
        let reason = Reason::Mass { removed: removed.len(), total: all.len() };
        needing.insert(reason, removed.iter().collect());
    }
    needing.retain(|_, keys| {
        keys.retain(|key| !is_allowed(key));
        !keys.is_empty()
    });
    if needing.is_empty() {
        return Ok(());
    }
    let keys: BTreeSet<&Key> = needing.values().flatten().copied().collect();
    Err(Stopped {
        keys: keys.into_iter().cloned().collect(),
        reasons: needing.into_keys().collect(),
    })
}

/// Clusters that lose their `config` or everything that they have.
fn lost_clusters(profile: Profile, all: &BTreeSet<Key>, removed: &BTreeSet<Key>) -> BTreeSet<Key> {
    let touched: BTreeSet<Key> = removed.iter().filter_map(|key| profile.cluster(key)).collect();
    touched
        .into_iter()
        .filter(|cluster| {
            let config = Key::new([cluster.as_bytes(), b"/config"].concat());
            let mut members = all.iter().filter(|key| key.is_below(cluster));
            removed.contains(&config) || members.all(|key| removed.contains(key))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> BTreeSet<Key> {
        names.iter().map(|name| Key::from(*name)).collect()
    }

    fn many(count: usize) -> BTreeSet<Key> {
        (0..count).map(|n| Key::from(format!("c/instancegroup/{n:03}").as_str())).collect()
    }

    fn reasons(all: &BTreeSet<Key>, removed: &BTreeSet<Key>) -> Vec<Reason> {
        match guard(Profile::Kops, all, removed, &|_| false) {
            Ok(()) => Vec::new(),
            Err(stopped) => stopped.reasons,
        }
    }

    #[test]
    fn few_or_a_small_share_pass() {
        let mut all = many(100);
        all.insert(Key::from("c/config"));
        let first = |count: usize| many(100).into_iter().take(count).collect::<BTreeSet<Key>>();
        assert_eq!(reasons(&all, &first(5)), []);
        assert_eq!(reasons(&all, &first(10)), []);
        assert_eq!(reasons(&all, &first(11)), [Reason::Mass { removed: 11, total: 101 }]);
        let mut small = many(8);
        small.insert(Key::from("c/config"));
        assert_eq!(reasons(&small, &first(5)), [], "five are few, whatever their share");
    }

    #[test]
    fn clusters_and_key_material_need_a_word() {
        let all =
            keys(&["a/config", "a/instancegroup/n", "b/config", "b/pki/private/ca/keyset.yaml"]);
        assert_eq!(reasons(&all, &keys(&["a/instancegroup/n"])), []);
        assert_eq!(reasons(&all, &keys(&["a/config"])), [Reason::Cluster(Key::from("a"))]);
        let key_material = keys(&["b/pki/private/ca/keyset.yaml"]);
        assert_eq!(reasons(&all, &key_material), [Reason::KeyMaterial]);
    }

    #[test]
    fn a_word_covers_only_what_it_names() {
        let all = keys(&["a/config", "a/instancegroup/n", "b/config"]);
        let removed = keys(&["a/config", "b/config"]);
        let below_a = |key: &Key| key.is_below(&Key::from("a"));
        let stopped = guard(Profile::Kops, &all, &removed, &below_a).expect_err("b is not named");
        assert_eq!(stopped.keys, [Key::from("b/config")]);
        assert_eq!(stopped.to_string(), "this would delete the cluster b ('b/config')");
        assert_eq!(guard(Profile::Kops, &all, &removed, &|_| true), Ok(()));
    }
}
