//! One link of the chain of observed states: how a new one is written behind the last.

use super::recorded::{Recorded, identity_line, lineage_line};
use super::{Context, OpsError};
use crate::engine::files::{self, Files};
use crate::git::{NewCommit, Pack};
use crate::model::manifest::{table_path, write_table};
use crate::model::{Change, Key, Known, Manifest, ObjectId, Profile, Timestamp, TreePath, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// A state of the store, as git has or is about to have it.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The commit; `None`: the store was never seen to hold anything.
    pub tip: Option<ObjectId>,
    /// Its tree.
    pub tree: Option<ObjectId>,
    /// When it was committed.
    pub time: Option<Timestamp>,
    /// The keys of the tree.
    pub files: Files,
    /// The versions that belong to them.
    pub manifest: Manifest,
}

impl State {
    /// What git has recorded.
    pub fn of(recorded: &Recorded) -> Self {
        Self {
            tip: recorded.tracking,
            tree: recorded.tree,
            time: recorded.time,
            files: recorded.files.clone(),
            manifest: recorded.manifest.clone(),
        }
    }

    /// What setting keys would change.
    pub fn changes(&self, updates: &Updates, profile: Profile) -> Vec<Change> {
        let change = |(key, update): (&Key, &Option<Known>)| {
            let old = self.files.get(key).map(|file| file.blob);
            let new = update.as_ref().map(|known| known.blob);
            let verb = Verb::between(old.as_ref(), new.as_ref())?;
            Some(Change { key: key.clone(), verb, class: profile.class(key), old, new })
        };
        updates.iter().filter_map(change).collect()
    }

    /// The state with keys set, with a new commit behind this one if a file changed.
    pub fn advance(
        &self,
        ctx: &Context<'_>,
        pack: &mut dyn Pack,
        updates: &Updates,
        time: Timestamp,
        message: impl FnOnce(&[Change]) -> String,
    ) -> Result<State, OpsError> {
        let mut after = self.clone();
        for (key, update) in updates {
            match update {
                Some(known) => after.manifest.insert(key.clone(), known.clone()),
                None => after.manifest.remove(key),
            };
        }
        let changes = self.changes(updates, ctx.target.profile);
        if changes.is_empty() {
            return Ok(after);
        }
        let values = changes.iter().map(|change| (change.key.clone(), change.new)).collect();
        let (files, edits) = files::edit(ctx.target, &self.files, &values);
        let edits: Vec<(TreePath, Option<ObjectId>)> = edits.into_iter().collect();
        let tree = pack.tree(self.tree, &edits)?;
        let time = self.time.map_or(time, |before| before.max(time));
        let parents = self.tip.into_iter().collect();
        let message = message(&changes);
        let tip = pack.commit(&NewCommit { tree, parents, time, message })?;
        Ok(State { tip: Some(tip), tree: Some(tree), time: Some(time), files, ..after })
    }
}

/// Keys with what is now known of them; `None`: they are gone.
pub type Updates = BTreeMap<Key, Option<Known>>;

/// Writes the manifest of a state, if it is not what git has already.
pub fn write_manifest(
    ctx: &Context<'_>,
    pack: &mut dyn Pack,
    recorded: &Recorded,
    state: &State,
) -> Result<Option<ObjectId>, OpsError> {
    let is_unchanged = recorded.manifest_tree.is_some() && recorded.manifest == state.manifest;
    let Some(tip) = state.tip.filter(|_| !is_unchanged) else {
        return Ok(None);
    };
    let before =
        if recorded.manifest_tree.is_some() { &recorded.manifest } else { &Manifest::new() };
    let edits = changed_tables(before, &state.manifest)
        .into_iter()
        .map(|(path, table)| {
            let blob = table.map(|table| pack.blob(table.as_bytes())).transpose()?;
            Ok((path, blob))
        })
        .collect::<Result<Vec<_>, OpsError>>()?;
    let tree = pack.tree(recorded.manifest_tree, &edits)?;
    let first = recorded.lineage.or(recorded.tracking).unwrap_or(tip);
    let message = format!("manifest of {tip}\n\n{}\n{}\n", identity_line(ctx), lineage_line(first));
    let time = ctx.clock.now();
    Ok(Some(pack.commit(&NewCommit { tree, parents: Vec::new(), time, message })?))
}

/// The tables that differ, as they are to be; `None`: the table is empty now.
fn changed_tables(before: &Manifest, after: &Manifest) -> BTreeMap<TreePath, Option<String>> {
    let touched: BTreeSet<TreePath> = before
        .keys()
        .chain(after.keys())
        .filter(|key| before.get(*key) != after.get(*key))
        .map(table_path)
        .collect();
    let mut tables: BTreeMap<&TreePath, Vec<(&Key, &Known)>> = BTreeMap::new();
    let paths: Vec<(TreePath, (&Key, &Known))> =
        after.iter().map(|entry| (table_path(entry.0), entry)).collect();
    for (path, entry) in &paths {
        if let Some(path) = touched.get(path) {
            tables.entry(path).or_default().push(*entry);
        }
    }
    let table =
        |path: &TreePath| tables.get(path).map(|entries| write_table(entries.iter().copied()));
    touched.iter().map(|path| (path.clone(), table(path))).collect()
}
