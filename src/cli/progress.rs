//! How far long work is, for people.

use super::output::{Output, Verbosity};
use super::render::text::bytes;
use crate::ops::{Phase, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a phase is called while it lasts.
fn title(phase: Phase) -> &'static str {
    match phase {
        Phase::Listing => "Listing the store",
        Phase::Reading => "Reading objects",
        Phase::Writing => "Writing objects",
        Phase::Waiting => "Waiting for another push",
        Phase::Verifying => "Comparing objects",
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A bar on the terminal, with bytes and rate.
///
/// There is none when standard error is no terminal, when it is to be quiet, and when results
/// are JSON. Warnings are shown in any case.
pub struct Bars<'a> {
    output: &'a Output,
    is_shown: bool,
    work: Mutex<Option<Work>>,
}

struct Work {
    bar: ProgressBar,
    bytes: u64,
}

impl<'a> Bars<'a> {
    /// Draws bars where they make sense.
    pub fn new(output: &'a Output) -> Self {
        let options = output.options();
        let is_wanted = options.verbosity > Verbosity::Quiet && !options.json;
        Self {
            output,
            is_shown: is_wanted && std::io::stderr().is_terminal(),
            work: Mutex::new(None),
        }
    }
}

impl Progress for Bars<'_> {
    fn begin(&self, phase: Phase, total: u64) {
        if !self.is_shown {
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        bar.set_style(style(total));
        bar.set_prefix(title(phase));
        bar.enable_steady_tick(Duration::from_millis(100));
        *lock(&self.work) = Some(Work { bar, bytes: 0 });
    }

    fn step(&self, bytes: u64) {
        if let Some(work) = lock(&self.work).as_mut() {
            work.bytes += bytes;
            work.bar.inc(1);
            work.bar.set_message(moved(work.bytes, work.bar.elapsed()));
        }
    }

    fn end(&self) {
        if let Some(work) = lock(&self.work).take() {
            work.bar.finish_and_clear();
        }
    }

    fn warn(&self, message: &str) {
        match lock(&self.work).as_ref() {
            Some(work) => work.bar.suspend(|| self.output.warning(message)),
            None => self.output.warning(message),
        }
    }
}

fn style(total: u64) -> ProgressStyle {
    let template = match total {
        0 => "{spinner} {prefix} {msg}",
        _ => "{prefix} [{bar:30}] {pos}/{len} {msg}",
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

/// Bytes and rate; nothing while nothing has moved.
fn moved(number: u64, elapsed: Duration) -> String {
    if number == 0 {
        return String::new();
    }
    let milliseconds = elapsed.as_millis().max(1);
    let rate = u128::from(number) * 1000 / milliseconds;
    let rate = u64::try_from(rate).unwrap_or(u64::MAX);
    format!("{}, {}/s", bytes(number), bytes(rate))
}

/// Lines on standard error, for the remote helper when git asks for progress.
///
/// A line at the end of each phase, and one for each tenth of a long one.
pub struct Plain<'a> {
    output: &'a Output,
    work: Mutex<Option<Counted>>,
}

struct Counted {
    phase: Phase,
    total: u64,
    done: u64,
    bytes: u64,
}

/// A phase with fewer steps gets one line only.
const LONG: u64 = 20;

impl<'a> Plain<'a> {
    /// Writes lines through `output`, as messages.
    pub fn new(output: &'a Output) -> Self {
        Self {
            output,
            work: Mutex::new(None),
        }
    }
}

impl Progress for Plain<'_> {
    fn begin(&self, phase: Phase, total: u64) {
        if phase == Phase::Waiting {
            self.output.message(&format!("{} …", title(phase)));
        }
        *lock(&self.work) = Some(Counted {
            phase,
            total,
            done: 0,
            bytes: 0,
        });
    }

    fn step(&self, bytes: u64) {
        let mut work = lock(&self.work);
        let Some(work) = work.as_mut() else {
            return;
        };
        work.done += 1;
        work.bytes += bytes;
        if work.is_milestone() {
            self.output.message(&work.line());
        }
    }

    fn end(&self) {
        if let Some(work) = lock(&self.work).take() {
            self.output.message(&format!("{}, done.", work.line()));
        }
    }

    fn warn(&self, message: &str) {
        self.output.warning(message);
    }
}

impl Counted {
    /// Whether another tenth is done, but not all.
    fn is_milestone(&self) -> bool {
        let tenth = |done: u64| done * 10 / self.total;
        self.total >= LONG && self.done < self.total && tenth(self.done) > tenth(self.done - 1)
    }

    fn line(&self) -> String {
        let mut line = title(self.phase).to_owned();
        if self.total > 0 {
            line += &format!(": {}/{}", self.done, self.total);
        }
        if self.bytes > 0 {
            line += &format!(", {}", bytes(self.bytes));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::super::output::Options;
    use super::*;

    fn work(progress: &dyn Progress) {
        progress.begin(Phase::Listing, 0);
        progress.end();
        progress.begin(Phase::Reading, 30);
        for _ in 0..30 {
            progress.step(1024);
        }
        progress.warn("odd\nthing");
        progress.end();
        progress.begin(Phase::Writing, 2);
        progress.step(0);
        progress.step(0);
        progress.end();
    }

    #[test]
    fn lines_for_git() {
        let (output, results, messages) = Output::captured(Options::default());
        work(&Plain::new(&output));
        insta::assert_snapshot!(messages.text(), @"
    Listing the store, done.
    Reading objects: 3/30, 3.0 KiB
    Reading objects: 6/30, 6.0 KiB
    Reading objects: 9/30, 9.0 KiB
    Reading objects: 12/30, 12.0 KiB
    Reading objects: 15/30, 15.0 KiB
    Reading objects: 18/30, 18.0 KiB
    Reading objects: 21/30, 21.0 KiB
    Reading objects: 24/30, 24.0 KiB
    Reading objects: 27/30, 27.0 KiB
    warning: odd thing
    Reading objects: 30/30, 30.0 KiB, done.
    Writing objects: 2/2, done.
    ");
        assert_eq!(results.text(), "");
    }

    #[test]
    fn without_a_terminal_only_warnings_are_shown() {
        let (output, results, messages) = Output::captured(Options {
            verbosity: Verbosity::Quiet,
            ..Options::default()
        });
        work(&Bars::new(&output));
        assert_eq!(messages.text(), "warning: odd thing\n");
        assert_eq!(results.text(), "");
    }

    #[test]
    fn bars_have_a_style() {
        assert!(ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {msg}").is_ok());
        assert_eq!(moved(0, Duration::ZERO), "");
        assert_eq!(moved(2048, Duration::from_secs(2)), "2.0 KiB, 1.0 KiB/s");
    }
}
