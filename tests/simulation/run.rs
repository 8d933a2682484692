//! One run: a world from a tape, everybody in it, the wild phase, the calm, the verdict.

use super::actors;
use super::ending;
use super::executor::Executor;
use super::mutants::Trial;
use super::tape::Tape;
use super::world::{Shared, Violation, World};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Rounds of the calm phase within which everybody must have nothing left to do.
const CALM_ROUNDS: u64 = 3000;

/// What came of a run.
pub struct Report {
    /// The first broken promise.
    pub violation: Option<Violation>,
    /// How often everything happened.
    pub counters: BTreeMap<&'static str, u64>,
    /// What happened, if it was wanted.
    pub events: Vec<String>,
    /// The tape's draws in words, if events were wanted.
    pub draws: String,
    /// The tape's values, if it was recorded.
    pub values: Vec<u32>,
}

impl Report {
    /// A digest of everything that happened.
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.events, &self.draws).hash(&mut hasher);
        hasher.finish()
    }
}

/// Runs a tape, silently.
pub fn run(tape: Tape, trial: Option<Trial>) -> Report {
    play(tape, trial, false)
}

/// Runs a tape and writes down everything that happens.
pub fn run_with_events(tape: Tape, trial: Option<Trial>) -> Report {
    play(tape, trial, true)
}

fn play(tape: Tape, trial: Option<Trial>, with_events: bool) -> Report {
    let shared = Shared::new(World::new(tape, trial, with_events));
    let panic = catch_unwind(AssertUnwindSafe(|| live(&shared))).err();
    let mut world = shared.world();
    if let Some(panic) = panic {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        world.violate("panic", || message.unwrap_or_default());
    }
    Report {
        violation: world.violation.clone(),
        counters: std::mem::take(&mut world.counters),
        events: world.events.take().unwrap_or_default(),
        draws: if with_events { world.tape.story() } else { String::new() },
        values: world.tape.values(),
    }
}

fn live(shared: &Shared) {
    let actors = actors::all(shared);
    let mut executor = Executor::new(shared.clone(), actors);
    executor.run_wild();
    let has_settled = executor.run_calm(CALM_ROUNDS);
    let mut world = shared.world();
    if world.violation.is_none() {
        ending::check(&mut world, has_settled);
    }
}
