//! What must hold when faults and foreign writes are over and nobody has anything left to do.

use super::bucket::Moment;
use super::causality::Node;
use super::world::{World, target};
use git_store::model::{Key, ObjectId};
use std::collections::BTreeMap;

/// Checks the world after the calm.
pub fn check(world: &mut World, has_settled: bool) {
    if !has_settled {
        let idle = world.idle_since.clone();
        world.violate("I9", || format!("somebody still has something to do: {idle:?}"));
        return;
    }
    for index in 0..world.repositories.len() {
        equal(world, index);
    }
    for key in world.keys() {
        no_resurrection(world, &key);
    }
    nothing_lost(world);
}

/// I9: the branch and the tracking ref say what the store holds.
fn equal(world: &mut World, index: usize) {
    let current = world.bucket.current.iter();
    let store: BTreeMap<Key, ObjectId> =
        current.map(|(key, held)| (key.clone(), held.blob)).collect();
    for name in [target().branch_ref(), target().tracking_ref()] {
        let state = &world.repositories[index];
        let values = state.values(state.tip(&name), &target());
        if values != store {
            world.violate("I9", || {
                format!("repository {index}: {name} is {values:?}, the store {store:?}")
            });
        }
    }
}

/// I8: the final value is not one that somebody who had seen it has replaced, unless a blind
/// writer put it back.
fn no_resurrection(world: &mut World, key: &Key) {
    let Some(last) = world.bucket.history(key).last() else { return };
    let (node, value) = (last.node, last.value());
    let (Some(repository), Some(_)) = (last.repository, value) else { return };
    let same = world
        .causes
        .with_value(key, value)
        .iter()
        .filter(|same| world.causes.was_effective(**same));
    let replaced = same.map(|same| replaced_by(world, key, *same)).collect::<Option<Vec<Node>>>();
    let Some(child) = replaced.and_then(|children| children.first().copied()) else { return };
    if is_known_residual(world, key, node, repository) {
        world.count("create landed unnoticed, then deleted");
        return;
    }
    if is_undone_unseen(world, key, repository) {
        world.count("update landed unnoticed, then undone");
        return;
    }
    world
        .violate("I8", || format!("{key} is back at node {node}, which node {child} had replaced"));
}

/// A write of something else by somebody who had seen a node.
fn replaced_by(world: &World, key: &Key, node: Node) -> Option<Node> {
    let causes = &world.causes;
    causes.of_key(key).find(|child| {
        causes.value(*child) != causes.value(node)
            && causes.saw_node(*child, node)
            && causes.was_effective(*child)
    })
}

/// What no protocol without version lists can tell: a create of which no answer came took effect,
/// and somebody deleted the object before anybody of ours looked. It is created once more.
fn is_known_residual(world: &World, key: &Key, node: Node, repository: usize) -> bool {
    let Some(blob) = world.causes.value(node) else { return false };
    let last = world.bucket.history(key).last().map_or(0, |moment| moment.sequence);
    world.first_seen(repository, key, blob).is_none_or(|first| first >= last)
}

/// The same for an update: a push was interrupted after it took effect, somebody replaced it
/// before anybody of ours looked, and then what had been there before came back. On the tracking
/// ref, the key is what it was when the branch and the store last agreed, so every merge keeps the
/// branch's value, and it is written once more.
fn is_undone_unseen(world: &World, key: &Key, repository: usize) -> bool {
    let Some((last, before)) = world.bucket.history(key).split_last() else { return false };
    let is_same =
        |moment: &Moment| moment.node == last.node && moment.repository == Some(repository);
    let (Some(landed), Some(blob)) = (before.iter().position(is_same), last.value()) else {
        return false;
    };
    let replaced = landed.checked_sub(1).and_then(|index| before[index].value());
    let seen = world.observed.get(&(repository, key.clone(), blob));
    let is_between = |at: &u64| (before[landed].sequence..last.sequence).contains(at);
    let is_unseen = !seen.is_some_and(|seen| seen.iter().any(is_between));
    is_unseen && before.last().is_some_and(|moment| moment.value() == replaced)
}

/// I10: every commit by a person that is in its branch reached the store, or something did whose
/// author had seen it.
fn nothing_lost(world: &mut World) {
    let lost: Vec<Node> = lost(world);
    let (orphaned, lost): (Vec<Node>, Vec<Node>) =
        lost.into_iter().partition(|node| world.is_orphaned(*node));
    orphaned.iter().for_each(|_| world.count("deletion undone after its journal was deleted"));
    if let Some(node) = lost.first().copied() {
        let (key, value) = (world.causes.key(node).clone(), world.causes.value(node));
        let replaced = world.causes.replaced(node);
        let story = format!("{key}: {value:?} over {replaced:?} (node {node}), a commit, got lost");
        world.violate("I10", || story);
    }
}

/// The commits that got lost.
fn lost(world: &World) -> Vec<Node> {
    let is_lost = |node: &Node| {
        let key = world.causes.key(*node);
        let reached = |moment: &Moment| {
            world.causes.saw_node(moment.node, *node) || moment.value() == world.causes.value(*node)
        };
        let home = world.causes.home(*node).unwrap_or_default();
        let is_deletion = world.causes.value(*node).is_none();
        let is_carried_out = is_deletion && world.is_carried_out(home, *node);
        let is_superseded = |later: Node| {
            later != *node
                && world.causes.was_effective(later)
                && world.causes.saw_node(later, *node)
        };
        !is_carried_out
            && !world.bucket.history(key).iter().any(reached)
            && !world.causes.of_key(key).any(is_superseded)
            && is_in_its_branch(world, *node)
    };
    world.causes.published().filter(is_lost).collect()
}

/// A power cut can take a commit of which nobody was told that it is safe.
fn is_in_its_branch(world: &World, node: Node) -> bool {
    let heads = world.repositories.iter().map(|state| state.heads(&target().branch_ref()));
    heads.flat_map(BTreeMap::into_values).flatten().any(|head| world.causes.saw_node(head, node))
}
