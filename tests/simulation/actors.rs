//! Who takes part: agents, people in the shared repository, people with clones, blind writers,
//! an admin.

use super::bucket::{Author, Body, Write};
use super::causality::{Authored, Node};
use super::executor::{Actor, SimClock, turn};
use super::journeys::{self, Trouble};
use super::people;
use super::session::Session;
use super::swarm::Fault;
use super::world::{Shared, target};
use bytes::Bytes;
use git_store::model::{Attributes, Key, ObjectId};
use git_store::store::Clock;
use std::time::Duration;

/// Everybody in this run. The admin and the blind writers stop when calm begins.
pub fn all(shared: &Shared) -> Vec<Actor> {
    let swarm = shared.world().swarm.clone();
    let mut actors: Vec<Actor> = Vec::new();
    for number in 0..swarm.agents {
        add(&mut actors, shared, format!("agent {number}"), true, |shared, actor| {
            agent(shared, actor)
        });
    }
    for number in 0..swarm.people.max(1) {
        add(&mut actors, shared, format!("person {number}"), false, people::in_shared_repository);
    }
    for number in 1..=swarm.clones {
        add(&mut actors, shared, format!("clone {number}"), false, move |shared, actor| {
            people::with_clone(shared, actor, number)
        });
    }
    for number in 0..swarm.blind {
        add(&mut actors, shared, format!("blind writer {number}"), false, blind_writer);
    }
    if swarm.admin {
        add(&mut actors, shared, "admin".into(), false, admin);
    }
    actors
}

fn add<F: Future<Output = ()> + 'static>(
    actors: &mut Vec<Actor>,
    shared: &Shared,
    name: String,
    on_machine: bool,
    start: impl Fn(Shared, usize) -> F + 'static,
) {
    let (shared, index) = (shared.clone(), actors.len());
    actors.push(Actor::new(name, on_machine, move || Box::pin(start(shared.clone(), index))));
}

async fn agent(shared: Shared, actor: usize) {
    let session = Session::begin(&shared, 0);
    loop {
        turn(&shared).await;
        let begun = shared.world().begin_pass();
        let result = pass(&session).await;
        note(&shared, &format!("agent {actor}: {result:?}"));
        match result {
            Ok(()) => {
                shared.world().count("pass finished");
                shared.world().end_pass(actor, begun);
                session.rest(10).await;
            }
            Err(trouble) => recover(&session, &trouble).await,
        }
    }
}

/// Writes down how a pass ended, unless that was said just before.
pub fn note(shared: &Shared, words: &str) {
    let mut world = shared.world();
    let is_said = world
        .events
        .as_ref()
        .is_none_or(|events| events.iter().rev().take(8).any(|event| event.ends_with(words)));
    if !is_said {
        world.event(|| words.to_owned());
    }
}

/// One pass of an agent: the same whatever made it begin.
async fn pass(session: &Session) -> Result<(), Trouble> {
    journeys::fetch(session).await?;
    journeys::pull(session).await?;
    journeys::push(session).await
}

/// What everybody does after a failure: counts it, waits, and begins again.
pub async fn recover(session: &Session, trouble: &Trouble) {
    session.shared.world().count(trouble.name());
    session.clock.sleep(Duration::from_secs(1)).await;
    turn(&session.shared).await;
}

/// Somebody like kops: reads, thinks, and writes without a precondition.
async fn blind_writer(shared: Shared, actor: usize) {
    loop {
        turn(&shared).await;
        if let Some(sequence) = is_over(&shared) {
            shared.world().end_pass(actor, Some(sequence));
            continue;
        }
        if shared.world().tape.chance("whole cluster", 100) {
            whole_cluster(&shared).await;
        } else {
            let key = shared.world().any_key();
            edit_blindly(&shared, &key, 200).await;
        }
        idle(&shared, 60).await;
    }
}

fn is_over(shared: &Shared) -> Option<u64> {
    shared.world().begin_pass()
}

/// Creates or deletes every key, one after another.
async fn whole_cluster(shared: &Shared) {
    let deletes = if shared.world().tape.chance("cluster is deleted", 500) { 999 } else { 0 };
    let keys = shared.world().keys();
    for key in keys {
        edit_blindly(shared, &key, deletes).await;
    }
}

async fn edit_blindly(shared: &Shared, key: &Key, deletes: u32) {
    let seen: Vec<Node> =
        shared.world().bucket.history(key).last().map(|m| m.node).into_iter().collect();
    let old = shared.world().bucket.value(key);
    idle(shared, 12).await;
    let mut world = shared.world();
    let is_deletion = old.is_some() && world.tape.chance("blind deletion", deletes);
    if world.calm || (is_deletion && world.bucket.value(key).is_none()) {
        return;
    }
    let older: Vec<Bytes> = world
        .bucket
        .history(key)
        .iter()
        .filter_map(|m| Some(m.held.as_ref()?.bytes.clone()))
        .collect();
    let bytes = Bytes::from(people::content(&mut world, &older));
    let value = (!is_deletion).then(|| ObjectId::of_blob(&bytes));
    let node = world.causes.add(key, Authored { value, replaced: old, home: None }, &seen);
    let put = Body::Put { bytes, attributes: Attributes::default(), put_id: None };
    let body = if is_deletion { Body::Delete } else { put };
    let author = Author::Blind(node);
    world.write(&Write { key: key.clone(), body, precondition: None, deadline: u64::MAX, author });
    world.count("blind write");
}

/// Lets others go on for up to `most` turns.
pub async fn idle(shared: &Shared, most: u32) {
    let turns = shared.world().tape.draw("idle turns", most + 1);
    for _ in 0..turns {
        turn(shared).await;
    }
}

/// Deletes refs that can be made again.
async fn admin(shared: Shared, actor: usize) {
    let clock = SimClock::new(shared.clone(), 0);
    loop {
        clock.sleep(Duration::from_secs(20)).await;
        idle(&shared, 100).await;
        let mut world = shared.world();
        let begun = world.begin_pass();
        world.end_pass(actor, begun);
        if world.fault(Fault::RefDeleted) {
            let names = [target().manifest_ref(), target().journal_ref(), target().tracking_ref()];
            let count = if world.swarm.loses_tracking { 3 } else { 2 };
            let name = &names[world.tape.index("which ref", count)];
            world.event(|| format!("the admin deletes {name}"));
            if world.repositories[0].is_journal_open(name) {
                world.journal_lost = Some(world.sequence);
            }
            world.repositories[0].set_ref(name, None, Default::default());
            world.next_sequence();
        }
    }
}
