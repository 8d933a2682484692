//! Makes the tape of a failure smaller: the same broken promise with fewer things happening.

use super::mutants::Trial;
use super::run::{Report, run};
use super::tape::Tape;
use std::time::{Duration, Instant};

/// How long a failure may be worked on.
const PATIENCE: Duration = Duration::from_secs(5);

/// A smaller tape that breaks the same promise.
pub fn shrink(values: Vec<u32>, trial: Option<Trial>, invariant: &'static str) -> Vec<u32> {
    let mut shrinker = Shrinker { best: values, trial, invariant, begun: Instant::now() };
    shrinker.cut_tail();
    let mut length = shrinker.best.len() / 2;
    while length > 0 && shrinker.has_time() {
        shrinker.silence(length);
        length /= 2;
    }
    shrinker.cut_tail();
    shrinker.best
}

struct Shrinker {
    best: Vec<u32>,
    trial: Option<Trial>,
    invariant: &'static str,
    begun: Instant,
}

impl Shrinker {
    fn has_time(&self) -> bool {
        self.begun.elapsed() < PATIENCE
    }

    /// Keeps a candidate if it fails in the same way.
    fn try_with(&mut self, candidate: Vec<u32>) -> bool {
        let report: Report = run(Tape::replay(candidate.clone()), self.trial);
        let is_same = report.violation.is_some_and(|found| found.invariant == self.invariant);
        if is_same {
            self.best = candidate;
        }
        is_same
    }

    /// Cuts off as much of the end as possible, by halves of what might go.
    fn cut_tail(&mut self) {
        let mut cut = self.best.len() / 2;
        while cut > 0 && self.has_time() {
            let kept = self.best.len().saturating_sub(cut);
            if !self.try_with(self.best[..kept].to_vec()) {
                cut /= 2;
            }
            cut = cut.min(self.best.len() / 2);
        }
    }

    /// Sets stretches of the tape to 0.
    fn silence(&mut self, length: usize) {
        let mut start = 0;
        while start < self.best.len() && self.has_time() {
            let end = (start + length).min(self.best.len());
            if self.best[start..end].iter().any(|value| *value != 0) {
                let mut candidate = self.best.clone();
                candidate[start..end].fill(0);
                self.try_with(candidate);
            }
            start += length;
        }
    }
}
