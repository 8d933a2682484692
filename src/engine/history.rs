//! Which of the versions that a store keeps belong into one commit.

use crate::model::{Kept, Key, Timestamp};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// Versions of one change: what was written together, within this time.
pub const WINDOW: TimeDelta = TimeDelta::seconds(60);

/// What happened to some keys, each once; one commit.
pub type Group = Vec<(Key, Kept)>;

/// Puts versions in the order in which they came into being, and those together that came within
/// [`WINDOW`]. `history` has the versions of each key, newest first.
pub fn groups(history: BTreeMap<Key, Vec<Kept>>) -> Vec<Group> {
    let of_key =
        |(key, kept): (Key, Vec<Kept>)| kept.into_iter().rev().map(move |kept| (key.clone(), kept));
    let mut events: Vec<(Key, Kept)> = history.into_iter().flat_map(of_key).collect();
    // Stable: versions of a key from the same moment keep their order.
    events.sort_by_key(|(_, kept)| kept.modified);
    let mut groups: Vec<Group> = Vec::new();
    let (mut seen, mut begin) = (BTreeSet::new(), Timestamp::default());
    for (key, kept) in events {
        let is_new = groups.is_empty() || seen.contains(&key) || kept.modified - begin > WINDOW;
        if is_new {
            groups.push(Vec::new());
            seen.clear();
            begin = kept.modified;
        }
        seen.insert(key.clone());
        groups.last_mut().into_iter().for_each(|group| group.push((key.clone(), kept.clone())));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Version, VersionId};

    fn kept(id: &str, second: i64) -> Kept {
        let modified = Timestamp::default() + TimeDelta::seconds(second);
        Kept { id: VersionId(id.into()), version: Some(Version::new(id)), modified }
    }

    #[test]
    fn what_came_together_is_one_group() {
        let history = BTreeMap::from([
            (Key::from("a"), vec![kept("a3", 300), kept("a2", 10), kept("a1", 10)]),
            (Key::from("b"), vec![kept("b2", 65), kept("b1", 0)]),
            (Key::from("c"), vec![kept("c1", 359)]),
        ]);
        let ids: Vec<String> = groups(history)
            .into_iter()
            .map(|group| {
                group.iter().map(|(_, kept)| kept.id.0.as_str()).collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(ids, ["b1 a1", "a2 b2", "a3 c1"]);
        assert!(groups(BTreeMap::new()).is_empty());
    }
}
