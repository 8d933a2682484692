//! One order of events told by hand: of two copies of a write, one arrives after its push.

use super::bucket::{Verdict, Write};
use super::journeys::{fetch, pull, push};
use super::mutants::{Mutant, Trial};
use super::people;
use super::session::Session;
use super::swarm::Fault;
use super::tape::Tape;
use super::world::{Shared, World, target};
use git_store::model::Key;
use git_store::ops::push::{Ending, PushOptions, push as push_commit};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// A world in which nothing goes wrong by chance.
fn quiet(trial: Option<Trial>) -> Shared {
    let mut world = World::new(Tape::replay(Vec::new()), trial, false);
    world.tape = Tape::seeded(0);
    Shared::new(world)
}

/// Runs one process to its end; time goes on only while it sleeps.
fn run<T>(
    shared: &Shared,
    journey: impl Future<Output = T>,
    mut meanwhile: impl FnMut(&mut World),
) -> T {
    let mut journey = pin!(journey);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        shared.world().asleep_until = None;
        if let Poll::Ready(result) = journey.as_mut().poll(&mut context) {
            return result;
        }
        let mut world = shared.world();
        world.now = world.asleep_until.map_or(world.now, |until| until.max(world.now));
        meanwhile(&mut world);
    }
}

/// Runs a journey that must succeed; how many milliseconds it slept.
fn time<E: std::fmt::Debug>(
    shared: &Shared,
    journey: impl Future<Output = Result<(), E>>,
    meanwhile: impl FnMut(&mut World),
) -> u64 {
    let before = shared.world().now;
    run(shared, journey, meanwhile).expect("a journey that succeeds");
    shared.world().now - before
}

/// Commits the key with new content, or without it.
fn edit(shared: &Shared, key: &Key, is_deletion: bool) {
    let mut world = shared.world();
    let state = &world.repositories[0];
    let tip = state.tip(&target().branch_ref()).expect("a branch");
    let heads = state.heads(&target().branch_ref());
    let mut values = state.values(Some(tip), &target());
    let new = (!is_deletion).then(|| {
        let content = world.causes.fresh_content();
        world.repositories[0].objects.add_blob(&content)
    });
    let written = people::write(&mut world, 0, &heads, &mut values, key, new);
    people::commit(&mut world, 0, &values, vec![tip], &[written]);
}

/// Delays writes until there are two copies of one; the first of them arrives then.
fn land_one_of_two(world: &mut World) {
    if world.bucket.late.len() == 2 {
        let first = world.bucket.late.remove(0);
        assert!(matches!(world.write(&first), Verdict::Done(_)), "nothing is there yet");
        world.swarm.set(Fault::Delayed, 0);
    }
}

/// Pushes a new key; the copy that is on its way when the push is over.
fn push_with_a_copy(shared: &Shared, session: &Session, key: &Key) -> Write {
    time(shared, fetch(session), nothing);
    time(shared, pull(session), nothing);
    edit(shared, key, false);
    shared.world().swarm.set(Fault::Delayed, 1000);
    time(shared, push(session), land_one_of_two);
    shared.world().bucket.late.pop().expect("a copy on its way")
}

fn nothing(_: &mut World) {}

async fn dry_run(session: &Session) -> Ending {
    let branch = session.shared.world().repositories[0].tip(&target().branch_ref());
    let options = PushOptions { dry_run: true, ..PushOptions::default() };
    let report = push_commit(&session.context(), branch.expect("a branch"), &options).await;
    report.expect("a plan").ending
}

#[test]
fn a_push_waits_for_the_copies_of_the_last() {
    let shared = quiet(None);
    let key = shared.world().any_key();
    let session = Session::begin(&shared, 0);
    let copy = push_with_a_copy(&shared, &session, &key);
    assert!(shared.world().now < copy.deadline, "the push does not wait for it");
    assert_eq!(time(&shared, push(&session), nothing), 0, "there is nothing to write");

    edit(&shared, &key, true);
    assert_eq!(time(&shared, fetch(&session), nothing), 0, "a fetch waits for nobody");
    assert_eq!(run(&shared, dry_run(&session), nothing), Ending::DryRun);
    assert!(shared.world().now < copy.deadline, "neither does a dry run");
    assert!(time(&shared, push(&session), nothing) > 0, "the next write does");
    assert!(matches!(shared.world().write(&copy), Verdict::Expired));
    assert_eq!(shared.world().bucket.value(&key), None);

    edit(&shared, &key, false);
    assert_eq!(time(&shared, push(&session), nothing), 0, "the fence is gone");
    assert!(shared.world().violation.is_none(), "every promise is kept");
}

#[test]
fn a_copy_that_is_forgotten_undoes_the_next_push() {
    let shared = quiet(Some(Mutant::CopiesForgotten.trial()));
    let key = shared.world().any_key();
    let session = Session::begin(&shared, 0);
    let copy = push_with_a_copy(&shared, &session, &key);
    edit(&shared, &key, true);
    assert_eq!(time(&shared, push(&session), nothing), 0, "nobody knows what to wait for");
    assert!(matches!(shared.world().write(&copy), Verdict::Done(_)));
    let broken = shared.world().violation.clone().expect("the object is back");
    assert_eq!(broken.invariant, "I7");
}
