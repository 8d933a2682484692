//! Merging the store's changes into a branch, key by key, where there is no work tree.
//!
//! In a work tree `git merge` does it. In a bare repository this does: every key is decided by
//! the three-way table. Configuration that changed on both sides is merged by structure; a key
//! for which that is a conflict stops the whole merge.

use super::merge_file::merge_file;
use super::{Context, OpsError, recorded};
use crate::edit;
use crate::engine::classify::{Action, Base, Circumstances, Sides, classify};
use crate::engine::files::{self, Files};
use crate::git::{NewCommit, Pack};
use crate::model::{Class, Failpoint, Key, ObjectId, Profile, RefEdit, TreePath};
use std::collections::{BTreeMap, BTreeSet};

/// What merging did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Merged {
    /// The branch contains the store's state already.
    UpToDate,
    /// The branch moved to the tracking commit.
    FastForward(ObjectId),
    /// A merge commit was made.
    Merge(ObjectId),
}

/// Merges the tracking commit into the branch.
///
/// # Errors
/// [`OpsError::Conflicts`] names the keys that changed on both sides; nothing was changed.
pub async fn merge(ctx: &Context<'_>) -> Result<Merged, OpsError> {
    let tracking = ctx.repository.read_ref(&ctx.target.tracking_ref()).await?;
    let Some(tracking) = tracking else {
        return Ok(Merged::UpToDate);
    };
    let branch = ctx.repository.read_ref(&ctx.target.branch_ref()).await?;
    let merged = match branch {
        None => Merged::FastForward(tracking),
        Some(tip) if ctx.repository.is_ancestor(tracking, tip).await? => {
            return Ok(Merged::UpToDate);
        }
        Some(tip) if ctx.repository.is_ancestor(tip, tracking).await? => {
            Merged::FastForward(tracking)
        }
        Some(tip) => Merged::Merge(merge_commit(ctx, tip, tracking).await?),
    };
    let (Merged::FastForward(new) | Merged::Merge(new)) = merged else {
        return Ok(merged);
    };
    let reason = "store: merged".to_owned();
    let edit = RefEdit { name: ctx.target.branch_ref(), expected: branch, new, reason };
    ctx.repository.update_refs(&[edit]).await?;
    ctx.repository.barrier().await?;
    Ok(merged)
}

async fn merge_commit(
    ctx: &Context<'_>,
    branch: ObjectId,
    tracking: ObjectId,
) -> Result<ObjectId, OpsError> {
    let base = ctx.repository.merge_base(branch, tracking).await?;
    let base_files = match base {
        Some(base) => Some(files_at(ctx, base).await?.1),
        None => None,
    };
    let (tree, git) = files_at(ctx, branch).await?;
    let (_, store) = files_at(ctx, tracking).await?;
    let history = history(ctx, branch, base).await?;
    let sides = Trees { base: base_files.as_ref(), git: &git, store: &store };
    let (mut imports, conflicts) = sides.imports(&history);
    let mut pack = ctx.repository.begin_pack().await?;
    imports.extend(by_structure(ctx, &sides, conflicts, pack.as_mut()).await?);
    let (_, edits) = files::edit(ctx.target, &git, &imports);
    let edits: Vec<(TreePath, Option<ObjectId>)> = edits.into_iter().collect();
    let tree = pack.tree(Some(tree), &edits)?;
    let commit = pack.commit(&NewCommit {
        tree,
        parents: vec![branch, tracking],
        time: ctx.clock.now(),
        message: format!(
            "Merge the state of {} into {}\n",
            ctx.store.identity(),
            ctx.target.branch
        ),
    })?;
    pack.finish().await?;
    Failpoint::MergePacked.reach();
    Ok(commit)
}

/// What comes under the branch's keys; `None`: a deletion.
type Imports = BTreeMap<Key, Option<ObjectId>>;

/// Merges what changed on both sides, or names every key for which that is a conflict.
async fn by_structure(
    ctx: &Context<'_>,
    sides: &Trees<'_>,
    conflicts: Vec<Key>,
    pack: &mut dyn Pack,
) -> Result<Imports, OpsError> {
    let mut merged = Imports::new();
    let mut left = Vec::new();
    for key in conflicts {
        match merge_object(ctx, sides, &key).await? {
            Some(content) => drop(merged.insert(key, Some(pack.blob(&content)?))),
            None => left.push(key),
        }
    }
    if left.is_empty() { Ok(merged) } else { Err(OpsError::Conflicts(left)) }
}

/// The merged content of an object of kops; `None`: nobody but a person can merge it.
async fn merge_object(
    ctx: &Context<'_>,
    sides: &Trees<'_>,
    key: &Key,
) -> Result<Option<Vec<u8>>, OpsError> {
    let blobs =
        [sides.base.unwrap_or(&Files::new()), sides.git, sides.store].map(|files| blob(files, key));
    let is_object =
        ctx.target.profile == Profile::Kops && ctx.target.profile.class(key) == Class::Desired;
    let [Some(base), Some(ours), Some(theirs)] = blobs else { return Ok(None) };
    if !is_object {
        return Ok(None);
    }
    let base = ctx.repository.blob(base).await?;
    let (ours, theirs) = (ctx.repository.blob(ours).await?, ctx.repository.blob(theirs).await?);
    let sides = edit::Sides { base: Some(&base), ours: &ours, theirs: &theirs };
    let merged = merge_file(&sides, &edit::Labels::default(), 7)?;
    let is_clean = merged.conflicts.is_empty() && merged.fallback.is_none();
    Ok(is_clean.then_some(merged.content))
}

/// Values that pushes of the branch can have written since the base.
type History = BTreeSet<(Key, ObjectId)>;

/// More commits than this are not looked at: what is not found only asks a person.
const FARTHEST: usize = 1000;

/// Every value that a push of the branch can have written since it and the store last agreed.
/// One that the store holds now is our own older write, also where the journal of that write
/// was lost.
///
/// A push contains the tracking commit that it starts from. So only commits that contain the
/// base count, and of those only what differs from it: anything else came from the store, and
/// if it is there again, then somebody has put it back.
async fn history(
    ctx: &Context<'_>,
    branch: ObjectId,
    base: Option<ObjectId>,
) -> Result<History, OpsError> {
    let mut history = History::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![branch];
    while let Some(id) = next.pop().filter(|_| seen.len() < FARTHEST) {
        let is_since = match base {
            Some(base) => ctx.repository.is_ancestor(base, id).await?,
            None => true,
        };
        if base == Some(id) || !is_since || !seen.insert(id) {
            continue;
        }
        let commit = ctx.repository.commit(id).await?;
        let before = match base.as_ref().or(commit.parents.first()) {
            Some(before) => Some(ctx.repository.commit(*before).await?.tree),
            None => None,
        };
        for change in ctx.repository.diff(before, Some(commit.tree)).await? {
            let key = ctx.target.key_of(&change.path)?;
            history.extend(key.zip(change.new.map(|entry| entry.id)));
        }
        next.extend(commit.parents);
    }
    Ok(history)
}

async fn files_at(ctx: &Context<'_>, commit: ObjectId) -> Result<(ObjectId, Files), OpsError> {
    let tree = ctx.repository.commit(commit).await?.tree;
    Ok((tree, recorded::files_of(ctx, tree).await?))
}

/// The files of base, branch and store.
struct Trees<'a> {
    base: Option<&'a Files>,
    git: &'a Files,
    store: &'a Files,
}

impl Trees<'_> {
    /// The keys that the store changed, and those that both sides changed.
    fn imports(&self, history: &History) -> (Imports, Vec<Key>) {
        let none = Files::new();
        let base_keys = self.base.unwrap_or(&none).keys();
        let keys: BTreeSet<&Key> =
            base_keys.chain(self.git.keys()).chain(self.store.keys()).collect();
        let mut imports = Imports::new();
        let mut conflicts = Vec::new();
        for key in keys {
            match self.action(key, history) {
                Action::Import(_) => {
                    imports.insert(key.clone(), blob(self.store, key));
                }
                Action::Conflict => conflicts.push(key.clone()),
                // Git's value stays: the store has it, or the next push writes it.
                _ => {}
            }
        }
        (imports, conflicts)
    }

    fn action(&self, key: &Key, history: &History) -> Action {
        let sides = Sides {
            base: self.base.map_or(Base::Unknown, |base| Base::Known(blob(base, key))),
            git: blob(self.git, key),
            store: blob(self.store, key),
        };
        let store_in_git_history =
            sides.store.is_some_and(|value| history.contains(&(key.clone(), value)));
        let git_had_key = sides.git.is_some() || history.iter().any(|(had, _)| had == key);
        let circumstances =
            Circumstances { store_in_git_history, git_had_key, ..Circumstances::default() };
        classify(&sides, &circumstances).action
    }
}

fn blob(files: &Files, key: &Key) -> Option<ObjectId> {
    files.get(key).map(|file| file.blob)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::plan::File;

    fn files(entries: &[(&str, &str)]) -> Files {
        let file = |key: &str, content: &str| File {
            path: TreePath::from(key),
            blob: ObjectId::of_blob(content.as_bytes()),
        };
        entries.iter().map(|(key, content)| (Key::from(*key), file(key, content))).collect()
    }

    fn imports(
        base: Option<&Files>,
        git: &Files,
        store: &Files,
        history: &[(&str, &str)],
    ) -> Result<Imports, Vec<Key>> {
        let value = |content: &str| ObjectId::of_blob(content.as_bytes());
        let history = history.iter().map(|(key, content)| (Key::from(*key), value(content)));
        let (imports, conflicts) = Trees { base, git, store }.imports(&history.collect());
        if conflicts.is_empty() { Ok(imports) } else { Err(conflicts) }
    }

    #[test]
    fn our_own_older_write_is_not_imported_again() {
        let base = files(&[("a", "1")]);
        let git = files(&[("a", "3")]);
        let store = files(&[("a", "2"), ("b", "1")]);
        let older = [("a", "2"), ("b", "1")];
        assert_eq!(imports(Some(&base), &git, &store, &older), Ok(BTreeMap::new()));
        assert_eq!(imports(Some(&base), &git, &store, &[]), Err(vec![Key::from("a")]));
    }

    #[test]
    fn each_side_keeps_what_only_it_changed() {
        let base = files(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]);
        let git = files(&[("a", "2"), ("b", "1"), ("c", "1"), ("new", "g")]);
        let store = files(&[("a", "1"), ("b", "2"), ("d", "1"), ("other", "s")]);
        let imports = imports(Some(&base), &git, &store, &[]).expect("no conflict");
        let keys: Vec<String> = imports.keys().map(Key::to_string).collect();
        assert_eq!(keys, ["b", "c", "other"]);
        assert_eq!(imports.get(&Key::from("c")), Some(&None), "the store's deletion comes in");
    }

    #[test]
    fn both_changed_is_a_conflict_and_without_a_base_every_difference_is() {
        let base = files(&[("a", "1"), ("b", "1")]);
        let git = files(&[("a", "2"), ("b", "2")]);
        let store = files(&[("a", "3"), ("b", "2")]);
        assert_eq!(imports(Some(&base), &git, &store, &[]), Err(vec![Key::from("a")]));
        assert_eq!(imports(None, &git, &store, &[]), Err(vec![Key::from("a")]));
    }

    #[test]
    fn without_a_base_a_deletion_is_not_undone() {
        let (git, store) = (files(&[]), files(&[("a", "2")]));
        let key = Key::from("a");
        let created = BTreeMap::from([(key.clone(), blob(&store, &key))]);
        assert_eq!(imports(None, &git, &store, &[]), Ok(created));
        assert_eq!(imports(None, &git, &store, &[("a", "1")]), Err(vec![key]));
        assert_eq!(imports(None, &git, &store, &[("a", "2")]), Ok(BTreeMap::new()));
    }
}
