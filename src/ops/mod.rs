//! The journeys, one file each, named like the command; the only place where stores and git
//! meet.
//!
//! Everything comes in through the ports of [`Context`]: there is no clock, no randomness, no
//! environment and no terminal here, so the same code runs under the deterministic simulation.

pub mod around;
pub mod check;
pub mod clone;
pub mod copy;
pub mod doctor;
pub mod error;
pub mod fetch;
pub mod history;
pub mod incoming;
pub mod init;
pub mod journal;
pub mod level;
pub mod merge;
pub mod merge_file;
pub mod observe;
pub mod pending;
pub mod plan;
pub mod policy;
pub mod push;
pub mod relation;
pub mod sides;
pub mod status;
pub mod verify;
pub mod words;

mod apply;
mod conclude;
mod look;
mod recorded;
mod state;

pub use error::OpsError;

use crate::config::Settings;
use crate::git::Repository;
use crate::model::Target;
use crate::store::{Clock, Store};

/// What an operation cannot do without.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// The repository.
    pub repository: &'a dyn Repository,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Who watches.
    pub progress: &'a dyn Progress,
    /// Answers that may be lost at any time.
    pub cache: &'a dyn Cache,
    /// Which refs and which directory belong to the store.
    pub target: &'a Target,
    /// How it is to be done.
    pub settings: &'a Settings,
}

/// A source of randomness.
pub trait Entropy {
    /// Sixteen random bytes.
    fn bytes(&self) -> [u8; 16];
}

impl dyn Entropy + '_ {
    /// A random name of 32 hexadecimal digits.
    pub fn name(&self) -> String {
        hex::encode(self.bytes())
    }
}

/// What long work is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Asking the store for its keys.
    Listing,
    /// Reading objects.
    Reading,
    /// Writing objects.
    Writing,
    /// Waiting for another push to be over.
    Waiting,
    /// Comparing objects.
    Verifying,
}

/// Whoever wants to know how far long work is.
pub trait Progress {
    /// A phase begins; `total` is the number of its steps, 0 if that is not known.
    fn begin(&self, phase: Phase, total: u64);

    /// One step is done, which moved this many bytes.
    fn step(&self, bytes: u64);

    /// The phase is over.
    fn end(&self);

    /// Something that people should know, although the work goes on.
    fn warn(&self, message: &str);
}

/// Answers that are expensive to get and may be lost at any time.
pub trait Cache {
    /// What was last written under a name.
    fn read(&self, name: &str) -> Option<String>;

    /// Remembers something; failing to is no error.
    fn write(&self, name: &str, content: &str);
}
