//! What must hold whenever git-store's write takes effect in the store.

use super::bucket::{Author, Body, Write};
use super::causality::{Authored, Node, Value};
use super::world::{World, shown};

/// Checks a write that is about to take effect, and says which node it is.
pub fn check(world: &mut World, write: &Write) -> Node {
    match write.author {
        Author::Blind(node) => node,
        Author::Agent { repository } => {
            fenced_and_once(world, write);
            let old = world.bucket.value(&write.key);
            recorded(world, write, repository, old);
            approved(world, write, repository);
            seen(world, write, repository, old)
        }
    }
}

/// I7: no effect after the deadline, and one effect for each put id.
fn fenced_and_once(world: &mut World, write: &Write) {
    if world.now > write.deadline {
        world.violate("I7", || format!("{} was written after the deadline", write.key));
    }
    let Body::Put { put_id: Some(id), .. } = &write.body else { return };
    if world.bucket.effective.insert(id.clone()) {
        return;
    }
    let last = world.bucket.history(&write.key).last();
    if last.is_some_and(|moment| moment.repository.is_none()) {
        // What it wrote was undone by a blind writer before the sender looked, down to the
        // version: without version lists, to the sender it never landed.
        world.count("write landed unnoticed, then undone");
    } else {
        world.violate("I7", || format!("the put {id} took effect on {} twice", write.key));
    }
}

/// I1: what goes away is in the history of a ref that survives a power cut.
fn recorded(world: &mut World, write: &Write, repository: usize, old: Value) {
    let Some(blob) = old else { return };
    if !world.repositories[repository].is_recorded(blob) {
        let new = shown(&write.body);
        world.violate("I1", || format!("{} loses {blob:?} to {new}, recorded nowhere", write.key));
    }
}

/// I5: what comes is in the repository's history.
fn approved(world: &mut World, write: &Write, repository: usize) {
    let Some(blob) = write.value() else { return };
    if !world.repositories[repository].is_recorded(blob) {
        world.violate("I5", || format!("{} gets what is in no commit: {blob:?}", write.key));
    }
}

/// I2: whoever wrote what comes had seen what goes.
fn seen(world: &mut World, write: &Write, repository: usize, old: Value) -> Node {
    let (key, new) = (&write.key, write.value());
    let known: Vec<Node> = world.causes.known_in(repository, key, new).collect();
    let is_harmless = old.is_none() || old == new;
    let fits = |node: &&Node| is_harmless || world.causes.saw(**node, key, old);
    if let Some(node) = known.iter().find(fits) {
        return *node;
    }
    world.violate("I2", || {
        format!("{key} was {old:?} and becomes {new:?}, whose author had not seen it")
    });
    let written = Authored { value: new, replaced: old, home: Some(repository) };
    known.first().copied().unwrap_or_else(|| world.causes.add(key, written, &[]))
}
