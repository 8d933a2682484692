//! Many runs, on two threads, and what is said of the first that fails.

use super::mutants::{Mutant, Trial};
use super::run::{run, run_with_events};
use super::shrink::shrink;
use super::tape::{self, Tape};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What must happen at least this often in a hundred thousand seeds, or nothing was tested.
const SOMETIMES: &[(&str, u64)] = &[
    ("fault: request lost", 1000),
    ("fault: reply lost", 1000),
    ("fault: transient", 1000),
    ("fault: delayed write", 1000),
    ("fault: landed after crash", 100),
    ("fault: hole in a listing", 1000),
    ("fault: stale listing", 1000),
    ("fault: listing error", 1000),
    ("fault: ref locked", 1000),
    ("fault: disk full", 1000),
    ("fault: crash", 1000),
    ("fault: pause", 1000),
    ("fault: power cut", 1000),
    ("fault: ref deleted", 1000),
    ("blind write", 1000),
    ("commit by hand", 1000),
    ("conflict", 1000),
    ("conflict resolved by hand", 1000),
    ("content comes back", 1000),
    ("import", 1000),
    ("late write landed", 1000),
    ("late write refused", 1000),
    ("observation", 1000),
    ("busy", 10),
    ("git failed", 1000),
    ("pass finished", 1000),
    ("push complete", 1000),
    ("push interrupted", 1000),
    ("push refused as a whole", 1000),
    ("push refused in part", 1000),
    ("store failed", 1000),
    ("ref moved by another", 1000),
    ("write expired", 100),
    ("write refused", 1000),
];

type Counters = BTreeMap<&'static str, u64>;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs seeds until one fails; the counters of all, and the lowest seed that failed.
#[expect(clippy::print_stderr, reason = "tells what is skipped on demand")]
fn search(first: u64, count: u64, trial: Option<Trial>) -> (Counters, Option<u64>) {
    let skipped = std::env::var("GIT_STORE_SIM_SKIP").unwrap_or_default();
    let (next, stop) = (AtomicU64::new(first), AtomicBool::new(false));
    let all: Mutex<(Counters, Option<u64>)> = Mutex::default();
    let work = || {
        let mut counters = Counters::new();
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            let report = run(Tape::seeded(seed), trial);
            add(&mut counters, report.counters);
            let Some(found) = report.violation else { continue };
            if trial.is_some_and(|trial| !is_sound_without(seed, trial.mutant)) {
                continue;
            }
            *counters.entry(found.invariant).or_insert(0) += 1;
            if skipped.split(',').any(|skip| skip == found.invariant) {
                eprintln!("seed {seed} breaks {}: {}", found.invariant, found.story);
            } else {
                stop.store(true, Ordering::Relaxed);
                let mut found = all.lock().expect("no thread panics");
                found.1 = Some(found.1.map_or(seed, |other| other.min(seed)));
            }
        }
        add(&mut all.lock().expect("no thread panics").0, counters);
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    all.into_inner().expect("no thread panics")
}

/// Whether the same run keeps every promise when the mistake is not made.
fn is_sound_without(seed: u64, mutant: Mutant) -> bool {
    run(Tape::seeded(seed), Some(mutant.control())).violation.is_none()
}

fn add(all: &mut Counters, more: Counters) {
    more.into_iter().for_each(|(what, count)| *all.entry(what).or_insert(0) += count);
}

/// Everything that helps to understand a failure. The tape is cut down, so what it tells can be
/// another way to break the same promise.
fn story(seed: u64) -> String {
    let failed = run(Tape::recording(seed), None);
    let violation = failed.violation.expect("a run goes the same way again");
    let small = shrink(failed.values, None, violation.invariant);
    format!("seed {seed} breaks {}: {}\n{}", violation.invariant, violation.story, replay(&small))
}

/// Plays a tape and tells its last events.
fn replay(values: &[u32]) -> String {
    let report = run_with_events(Tape::replay(values.to_vec()), None);
    let wanted = usize::try_from(number("GIT_STORE_SIM_EVENTS", 60)).expect("a small number");
    let first = report.events.len().saturating_sub(wanted);
    let end = match report.violation {
        Some(violation) => format!("{}: {}", violation.invariant, violation.story),
        None => "no promise is broken".to_owned(),
    };
    format!(
        "{}\n{end}\nGIT_STORE_SIM_TAPE='{}'\n",
        report.events[first..].join("\n"),
        tape::write(values)
    )
}

#[test]
#[expect(clippy::print_stderr, reason = "tells what was tested")]
fn no_seed_breaks_a_promise() {
    if let Ok(line) = std::env::var("GIT_STORE_SIM_TAPE") {
        panic!("{}", replay(&tape::read(&line)));
    }
    let count = number("GIT_STORE_SIM_SEEDS", 100_000);
    let (counters, failed) = search(number("GIT_STORE_SIM_FIRST", 0), count, None);
    if let Some(seed) = failed {
        panic!("{}", story(seed));
    }
    eprintln!("{count} seeds: {counters:#?}");
    for (what, least) in SOMETIMES {
        let seen = counters.get(what).copied().unwrap_or(0);
        assert!(
            seen >= least * count / 100_000,
            "'{what}' happened {seen} times only: {counters:#?}"
        );
    }
}

#[test]
fn a_seed_goes_the_same_way_again() {
    for seed in 0..100 {
        let [first, again] = [(); 2].map(|()| run_with_events(Tape::recording(seed), None));
        assert_eq!(first.hash(), again.hash(), "seed {seed}");
        let replayed = run_with_events(Tape::replay(first.values.clone()), None);
        assert_eq!(first.events, replayed.events, "seed {seed} from its tape");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "tells what was noticed")]
fn every_mutant_is_caught() {
    let mut survivors = Vec::new();
    for (mutant, seeds) in Mutant::ALL {
        let (_, failed) = search(0, *seeds, Some(mutant.trial()));
        match failed {
            None => survivors.push(mutant),
            Some(seed) => {
                let violation = run(Tape::seeded(seed), Some(mutant.trial())).violation;
                let broken = violation.expect("a run goes the same way again");
                eprintln!("{mutant:?}: seed {seed} breaks {}: {}", broken.invariant, broken.story);
            }
        }
    }
    assert!(survivors.is_empty(), "nobody noticed {survivors:?}");
}
