//! People: they commit, revert, delete, and merge what the store has by hand.

use super::actors::{idle, note, recover};
use super::causality::{Authored, Node, Value, learn};
use super::executor::{timestamp, turn};
use super::journeys::{self, Trouble};
use super::objects::Heads;
use super::refmoves::Mover;
use super::repository::move_ref;
use super::session::Session;
use super::world::{Shared, World, target};
use bytes::Bytes;
use git_store::model::{Key, ObjectId, RefEdit};
use std::collections::{BTreeMap, BTreeSet};

type Values = BTreeMap<Key, ObjectId>;

/// Somebody who works on the shared repository with git alone.
pub async fn in_shared_repository(shared: Shared, actor: usize) {
    loop {
        turn(&shared).await;
        let begun = shared.world().begin_pass();
        if wants_merge(&mut shared.world()) && merge(&shared, 0).await {
            shared.world().end_pass(actor, begun);
        }
        if wants_edit(&mut shared.world()) {
            edit(&shared, 0).await;
            idle(&shared, 40).await;
        }
    }
}

fn wants_merge(world: &mut World) -> bool {
    world.calm || world.tape.chance("merges by hand", 400)
}

fn wants_edit(world: &mut World) -> bool {
    !world.calm && world.swarm.people > 0
}

/// Somebody with a clone, who fetches and pushes.
pub async fn with_clone(shared: Shared, actor: usize, repository: usize) {
    let session = Session::begin(&shared, repository);
    loop {
        turn(&shared).await;
        if !shared.world().calm {
            edit(&shared, repository).await;
        }
        let begun = shared.world().begin_pass();
        let result = round(&session).await;
        note(&shared, &format!("clone {repository}: {result:?}"));
        match result {
            Ok(()) => shared.world().end_pass(actor, begun),
            Err(trouble) => recover(&session, &trouble).await,
        }
        session.rest(20).await;
    }
}

/// git fetch, git merge, git push.
async fn round(session: &Session) -> Result<(), Trouble> {
    journeys::fetch(session).await?;
    merge(&session.shared, session.repository_index).await;
    journeys::push(session).await
}

/// A new content, or an older one.
pub fn content(world: &mut World, older: &[Bytes]) -> Vec<u8> {
    if world.swarm.reverts && !older.is_empty() && world.tape.chance("revert", 150) {
        world.count("content comes back");
        let index = world.tape.index("reverts to", older.len());
        return older[index].to_vec();
    }
    world.causes.fresh_content()
}

/// Commits a change of one or two keys.
async fn edit(shared: &Shared, repository: usize) {
    let Some(tip) = shared.world().repositories[repository].tip(&target().branch_ref()) else {
        return;
    };
    let heads = shared.world().repositories[repository].heads(&target().branch_ref());
    idle(shared, 10).await;
    let mut world = shared.world();
    let mut values = world.repositories[repository].values(Some(tip), &target());
    let mut written = Vec::new();
    for _ in 0..=world.tape.draw("more keys", 2) {
        let key = world.any_key();
        if written.iter().all(|(other, _)| *other != key) {
            let old = values.get(&key).copied();
            let is_deletion = old.is_some() && world.tape.chance("deletion", 200);
            let new = (!is_deletion).then(|| new_blob(&mut world, repository, &heads, &key));
            written.push(write(&mut world, repository, &heads, &mut values, &key, new));
        }
    }
    commit(&mut world, repository, &values, vec![tip], &written);
}

fn new_blob(world: &mut World, repository: usize, heads: &Heads, key: &Key) -> ObjectId {
    let known = heads.get(key).map_or(&[][..], Vec::as_slice);
    let has_seen = |node: &Node| known.iter().any(|head| world.causes.saw_node(*head, *node));
    let seen = world.causes.of_key(key).filter(has_seen);
    let blobs = &world.repositories[repository].objects.blobs;
    let blob =
        |node| blobs.get(&world.causes.value(node)?).map(|blob| Bytes::copy_from_slice(blob));
    let older: Vec<Bytes> = seen.filter_map(blob).collect();
    let content = content(world, &older);
    world.repositories[repository].objects.add_blob(&content)
}

/// Puts a value into what will be committed, as a node of its own.
pub fn write(
    world: &mut World,
    repository: usize,
    heads: &Heads,
    values: &mut Values,
    key: &Key,
    new: Value,
) -> (Key, Node) {
    let replaced = set(values, key, new);
    let parents = heads.get(key).map_or(&[][..], Vec::as_slice);
    let authored = Authored { value: new, replaced, home: Some(repository) };
    (key.clone(), world.causes.add(key, authored, parents))
}

fn set(values: &mut Values, key: &Key, new: Value) -> Value {
    match new {
        Some(blob) => values.insert(key.clone(), blob),
        None => values.remove(key),
    }
}

/// Commits files by key to the branch, if it is still where its author saw it.
pub fn commit(
    world: &mut World,
    repository: usize,
    values: &Values,
    parents: Vec<ObjectId>,
    written: &[(Key, Node)],
) {
    let (expected, time) = (parents.first().copied(), timestamp(world.now));
    let new = world.repositories[repository].add_commit_of(values, parents, time, &target());
    let edit = RefEdit { name: target().branch_ref(), expected, new, reason: "by hand".into() };
    if move_ref(world, repository, &edit, Mover::Person(written)).is_ok() {
        world.count("commit by hand");
        for (key, node) in written {
            let value = world.causes.value(*node);
            world.event(|| format!("by hand: {key} := {value:?} (node {node})"));
        }
    }
}

/// Merges the tracking ref into the branch; of a conflict, either side or something new.
/// Returns whether there was nothing to merge.
async fn merge(shared: &Shared, repository: usize) -> bool {
    let tips = |world: &World| {
        let state = &world.repositories[repository];
        (state.tip(&target().branch_ref()), state.tip(&target().tracking_ref()))
    };
    let (ours, theirs) = tips(&shared.world());
    idle(shared, 10).await;
    let mut world = shared.world();
    let Some(theirs) = theirs else { return true };
    let Some(ours) = ours else { return clone_branch(&mut world, repository, theirs) };
    if tips(&world) != (Some(ours), Some(theirs)) {
        return false;
    }
    let is_merged = world.repositories[repository].is_ancestor(theirs, ours);
    let is_merged = is_merged.expect("both tips are there");
    if !is_merged {
        merge_commits(&mut world, repository, ours, theirs);
    }
    is_merged
}

/// The branch of a fresh clone is the tracking ref.
fn clone_branch(world: &mut World, repository: usize, new: ObjectId) -> bool {
    let edit = RefEdit { name: target().branch_ref(), expected: None, new, reason: "clone".into() };
    move_ref(world, repository, &edit, Mover::Person(&[])).is_err()
}

fn merge_commits(world: &mut World, repository: usize, ours: ObjectId, theirs: ObjectId) {
    let state = &world.repositories[repository];
    let base = state.merge_base(ours, theirs).expect("both tips are there");
    let is_related = base.is_some();
    let [base, mut merged, other] =
        [base, Some(ours), Some(theirs)].map(|id| state.values(id, &target()));
    let heads = both_heads(world, repository);
    let mut written = Vec::new();
    let keys: BTreeSet<Key> = merged.keys().chain(other.keys()).cloned().collect();
    for key in keys {
        let values = [&base, &merged, &other].map(|values| values.get(&key).copied());
        let [old, left, right] = values;
        if left == right || (is_related && right == old) {
            continue;
        }
        // git refuses to merge histories without a common commit: then every key is looked at.
        if is_related && left == old {
            set(&mut merged, &key, right);
            continue;
        }
        if !world.keys().contains(&key) {
            // The key that nobody touches: one side has not seen it yet.
            set(&mut merged, &key, left.or(right));
            continue;
        }
        let solution = solve(world, repository, &heads, &key, [left, right]);
        written.push(write(world, repository, &heads, &mut merged, &key, solution));
        world.count("conflict resolved by hand");
    }
    fetch_blobs(world, repository, &merged);
    commit(world, repository, &merged, vec![ours, theirs], &written);
}

fn solve(
    world: &mut World,
    repository: usize,
    heads: &Heads,
    key: &Key,
    [left, right]: [Value; 2],
) -> Value {
    let choices = if world.calm { 1 } else { 4 };
    match world.tape.index("solution", choices) {
        0 => right,
        1 => left,
        2 => None,
        _ => Some(new_blob(world, repository, heads, key)),
    }
}

fn both_heads(world: &World, repository: usize) -> Heads {
    let state = &world.repositories[repository];
    let mut heads = state.heads(&target().branch_ref());
    for (key, nodes) in state.heads(&target().tracking_ref()) {
        let known = heads.entry(key).or_default();
        nodes.into_iter().for_each(|node| learn(&world.causes, known, node));
    }
    heads
}

/// A merge takes over blobs that are in the repository already.
fn fetch_blobs(world: &World, repository: usize, values: &Values) {
    let blobs = &world.repositories[repository].objects.blobs;
    assert!(values.values().all(|blob| blobs.contains_key(blob)), "a merge without its blobs");
}
