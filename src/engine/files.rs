//! Where keys lie in a tree, and which paths change when keys come and go.

use super::plan::File;
use crate::model::{Key, ObjectId, Target, TreePath};
use std::collections::{BTreeMap, BTreeSet};

/// The keys of a tree.
pub type Files = BTreeMap<Key, File>;

/// Paths of a tree with what goes there; `None` takes away what is there.
pub type Edits = BTreeMap<TreePath, Option<ObjectId>>;

/// Sets keys to new values (`None`: gone) and finds the paths that this changes.
///
/// A key's path depends on its neighbours: `a` moves to `a/%self` when `a/b` appears, and back
/// when it goes.
pub fn edit(
    target: &Target,
    files: &Files,
    values: &BTreeMap<Key, Option<ObjectId>>,
) -> (Files, Edits) {
    let mut after = files.clone();
    for (key, value) in values {
        match value {
            Some(blob) => {
                let path =
                    after.get(key).map_or_else(|| target.path_of(key, false), |f| f.path.clone());
                after.insert(key.clone(), File { path, blob: *blob });
            }
            None => {
                after.remove(key);
            }
        }
    }
    let affected: BTreeSet<Key> =
        values.keys().flat_map(|key| parents(key).chain([key.clone()])).collect();
    for key in &affected {
        let path = target.path_of(key, has_children(&after, key));
        if let Some(file) = after.get_mut(key) {
            file.path = path;
        }
    }
    let edits = changed_paths(files, &after, &affected);
    (after, edits)
}

/// Whether another key lies below `key/`.
pub fn has_children<V>(keys: &BTreeMap<Key, V>, key: &Key) -> bool {
    let first = Key::new([key.as_bytes(), b"/"].concat());
    keys.range(first..).next().is_some_and(|(next, _)| next.is_below(key))
}

/// Everything that `key` lies below.
fn parents(key: &Key) -> impl Iterator<Item = Key> {
    let bytes = key.as_bytes();
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(index, _)| Key::new(&bytes[..index]))
}

fn changed_paths(before: &Files, after: &Files, affected: &BTreeSet<Key>) -> Edits {
    let mut edits = Edits::new();
    for key in affected {
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        if let Some(old) = old {
            edits.entry(old.path.clone()).or_insert(None);
        }
        if let Some(new) = new {
            edits.insert(new.path.clone(), Some(new.blob));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Profile, path};
    use proptest::prelude::*;

    fn target() -> Target {
        Target {
            name: "store".into(),
            branch: "main".into(),
            directory: String::new(),
            profile: Profile::Generic,
            is_shared: false,
        }
    }

    fn blob(content: &str) -> ObjectId {
        ObjectId::of_blob(content.as_bytes())
    }

    fn shown(edits: &Edits) -> Vec<String> {
        let line = |(path, value): (&TreePath, &Option<ObjectId>)| {
            format!("{}{path}", if value.is_some() { '+' } else { '-' })
        };
        edits.iter().map(line).collect()
    }

    #[test]
    fn a_neighbour_moves_a_key_and_moves_it_back() {
        let one = BTreeMap::from([(Key::from("a"), Some(blob("1")))]);
        let (files, edits) = edit(&target(), &Files::new(), &one);
        assert_eq!(shown(&edits), ["+a"]);
        let child = BTreeMap::from([(Key::from("a/b/c"), Some(blob("2")))]);
        let (files, edits) = edit(&target(), &files, &child);
        assert_eq!(shown(&edits), ["-a", "+a/%self", "+a/b/c"]);
        let gone = BTreeMap::from([(Key::from("a/b/c"), None)]);
        let (_, edits) = edit(&target(), &files, &gone);
        assert_eq!(shown(&edits), ["+a", "-a/%self", "-a/b/c"]);
    }

    #[test]
    fn an_equal_value_changes_nothing() {
        let values = BTreeMap::from([(Key::from("a"), Some(blob("1")))]);
        let (files, _) = edit(&target(), &Files::new(), &values);
        assert_eq!(edit(&target(), &files, &values), (files, Edits::new()));
    }

    proptest! {
        /// Editing step by step gives the tree that one edit from nothing gives.
        #[test]
        fn steps_add_up(steps in proptest::collection::vec(
            proptest::collection::btree_map("[ab/]{1,4}", proptest::option::of("[xy]"), 1..4), 1..6)
        ) {
            let mut files = Files::new();
            let mut tree: BTreeMap<TreePath, ObjectId> = BTreeMap::new();
            for step in &steps {
                let values = step.iter()
                    .map(|(key, value)| (Key::from(key.as_str()), value.as_deref().map(blob)))
                    .collect();
                let (after, edits) = edit(&target(), &files, &values);
                for (path, value) in edits {
                    match value {
                        Some(id) => tree.insert(path, id),
                        None => tree.remove(&path),
                    };
                }
                files = after;
            }
            let expected: BTreeMap<TreePath, ObjectId> =
                files.values().map(|file| (file.path.clone(), file.blob)).collect();
            prop_assert_eq!(&tree, &expected);
            for (key, file) in &files {
                prop_assert_eq!(path::decode(&file.path), Ok(key.clone()));
                prop_assert_eq!(&file.path, &target().path_of(key, has_children(&files, key)));
            }
        }
    }
}
