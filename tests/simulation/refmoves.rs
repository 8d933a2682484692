//! What must hold whenever a ref that mirrors the store moves, and what its history then knows.

use super::causality::{Node, Value, learn};
use super::objects::Heads;
use super::world::{World, target};
use git_store::model::{Key, RefEdit};
use std::collections::BTreeSet;

/// Who moves a ref.
#[derive(Clone, Copy)]
pub enum Mover<'a> {
    /// git-store.
    Tool,
    /// A person, with what they wrote.
    Person(&'a [(Key, Node)]),
}

/// Checks the move of a ref, and says what the history of the ref then knows.
pub fn check(world: &mut World, index: usize, edit: &RefEdit, mover: Mover<'_>) -> Heads {
    let (branch, tracking) = (target().branch_ref(), target().tracking_ref());
    if edit.name != branch && edit.name != tracking {
        return Heads::new();
    }
    only_forward(world, index, edit);
    let changed = changed(world, index, edit);
    for (key, old, new) in &changed {
        match mover {
            Mover::Tool if edit.name == branch => imported(world, index, key, *old, *new),
            Mover::Tool => observed(world, index, edit, key, *new),
            Mover::Person(_) => (),
        }
    }
    learnt(world, index, edit, mover, &changed)
}

/// I3: both refs only move to descendants.
fn only_forward(world: &mut World, index: usize, edit: &RefEdit) {
    let Some(old) = world.repositories[index].tip(&edit.name) else { return };
    if !world.repositories[index].is_ancestor(old, edit.new).unwrap_or(false) {
        world.violate("I3", || format!("{} leaves {old:?} behind", edit.name));
    }
}

/// Keys that differ between where the ref is and where it goes.
fn changed(world: &World, index: usize, edit: &RefEdit) -> Vec<(Key, Value, Value)> {
    let state = &world.repositories[index];
    let (old, new) = (state.tip(&edit.name), Some(edit.new));
    let (old, new) = (state.values(old, &target()), state.values(new, &target()));
    let keys: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    let values = |key: &Key| (old.get(key).copied(), new.get(key).copied());
    let all = keys.into_iter().map(|key| (key.clone(), values(key).0, values(key).1));
    all.filter(|(_, old, new)| old != new).collect()
}

/// I4 and I6: an import replaces only what its author had seen, or what the store once held
/// before; what it deletes, the store lacked.
fn imported(world: &mut World, index: usize, key: &Key, old: Value, new: Value) {
    let was_in_store = world.bucket.held_in_order(key, old, new);
    let candidates: Vec<Node> = world.causes.known_in(index, key, new).collect();
    let is_fair = match old {
        Some(_) => was_in_store || candidates.iter().any(|node| world.causes.saw(*node, key, old)),
        None => buries_no_deletion(world, index, key, &candidates),
    };
    world.count("import");
    if !is_fair {
        world.violate("I4", || format!("an import silently turns {key} from {old:?} into {new:?}"));
    }
}

/// Whether no deletion by a person is undone that the store has not carried out.
fn buries_no_deletion(world: &World, index: usize, key: &Key, candidates: &[Node]) -> bool {
    let heads = world.repositories[index].heads(&target().branch_ref());
    let known = heads.get(key).map_or(&[][..], Vec::as_slice);
    let deletions = known.iter().filter(|node| world.causes.value(**node).is_none());
    deletions.filter(|node| world.causes.home(**node).is_some()).all(|deletion| {
        world.is_carried_out(index, *deletion)
            || world.is_orphaned(*deletion)
            || candidates.iter().any(|node| world.causes.saw_node(*node, *deletion))
    })
}

/// I6: the tracking ref tells only what the store held since the ref was last moved.
fn observed(world: &mut World, index: usize, edit: &RefEdit, key: &Key, new: Value) {
    let since = world.repositories[index].refs.get(&edit.name).map_or(0, |state| state.since);
    world.count("observation");
    if let Some(blob) = new {
        let seen = world.observed.entry((index, key.clone(), blob)).or_default();
        seen.push(world.sequence);
    }
    if !world.bucket.held_since(key, new, since) {
        world.violate("I6", || {
            format!("the tracking ref says that {key} is {new:?}, which it was not")
        });
    }
}

fn learnt(
    world: &mut World,
    index: usize,
    edit: &RefEdit,
    mover: Mover<'_>,
    changed: &[(Key, Value, Value)],
) -> Heads {
    let mut heads = Heads::new();
    for known in world.repositories[index].heads_below(edit.new) {
        join(world, &mut heads, known);
    }
    match mover {
        Mover::Person(written) => {
            written.iter().for_each(|(_, node)| world.causes.publish(*node));
            join(
                world,
                &mut heads,
                written.iter().map(|(key, node)| (key.clone(), vec![*node])).collect(),
            );
        }
        Mover::Tool => {
            let newest = |key: &Key, value| {
                world.bucket.history(key).iter().rev().find(|moment| moment.value() == value)
            };
            let seen = changed
                .iter()
                .filter_map(|(key, _, new)| Some((key.clone(), vec![newest(key, *new)?.node])));
            join(world, &mut heads, seen.collect());
        }
    }
    heads
}

fn join(world: &World, heads: &mut Heads, more: Heads) {
    for (key, nodes) in more {
        let known = heads.entry(key).or_default();
        nodes.into_iter().for_each(|node| learn(&world.causes, known, node));
    }
}
