//! The seam to what is under test: the three journeys of `ops` as the actors call them.

use super::session::Session;
use super::world::{Shared, target};
use git_store::config::{Layer, Origin, Settings};
use git_store::ops::push::{Ending, PushOptions, PushReport};
use git_store::ops::{Cache, Context, Entropy, OpsError, Phase, Progress, fetch, merge, push};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Why a journey ended early.
#[derive(Debug)]
pub enum Trouble {
    /// An error.
    Error(OpsError),
    /// The push was refused for some keys.
    Refused,
    /// The push stopped midway.
    Interrupted,
}

impl From<OpsError> for Trouble {
    fn from(error: OpsError) -> Self {
        Self::Error(error)
    }
}

impl Trouble {
    /// The name under which it is counted.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Refused => "push refused in part",
            Self::Interrupted => "push interrupted",
            Self::Error(OpsError::NotFastForward { .. }) => "push refused as a whole",
            Self::Error(OpsError::Conflicts(_)) => "conflict",
            Self::Error(OpsError::Busy { .. }) => "busy",
            Self::Error(OpsError::Contended) => "contended",
            Self::Error(OpsError::EmptyListing { .. }) => "guard: empty listing",
            Self::Error(OpsError::Guarded { .. }) => "guard: deletions",
            Self::Error(OpsError::Store(_)) => "store failed",
            Self::Error(OpsError::Git(_)) => "git failed",
            Self::Error(_) => "another error",
        }
    }
}

/// Store to tracking ref.
pub async fn fetch(session: &Session) -> Result<(), Trouble> {
    let _ = fetch::fetch(&session.context()).await?;
    Ok(())
}

/// Tracking ref to branch, without a work tree.
pub async fn pull(session: &Session) -> Result<(), Trouble> {
    merge::merge(&session.context()).await?;
    Ok(())
}

/// Branch to store.
pub async fn push(session: &Session) -> Result<(), Trouble> {
    let ctx = session.context();
    let branch = session.repository.read_ref(&target().branch_ref()).await;
    let Some(branch) = branch.map_err(OpsError::from)? else { return Ok(()) };
    let report = push::push(&ctx, branch, &PushOptions::default()).await?;
    note(session, &report);
    match report.ending {
        Ending::Complete | Ending::DryRun => Ok(()),
        Ending::Refused => Err(Trouble::Refused),
        Ending::Interrupted | Ending::Failed => Err(Trouble::Interrupted),
    }
}

fn note(session: &Session, report: &PushReport) {
    let mut world = session.shared.world();
    for step in &report.outcomes {
        world.event(|| format!("{} {}: {:?}", step.verb, step.key, step.outcome));
    }
    if !report.outcomes.is_empty() && report.ending == Ending::Complete {
        world.count("push complete");
    }
}

/// Everything that the context of `ops` needs beside the ports.
pub struct Surroundings {
    shared: Shared,
    settings: Settings,
    target: git_store::model::Target,
    cache: RefCell<BTreeMap<String, String>>,
}

impl Surroundings {
    /// What one process has around it.
    pub fn new(shared: Shared) -> Self {
        let values = BTreeMap::from([("profile".to_owned(), vec!["generic".to_owned()])]);
        let layer = Layer { origin: Origin::Default, values };
        let settings = Settings::resolve(&[layer]).expect("good settings");
        Self { shared, settings, target: target(), cache: RefCell::default() }
    }
}

impl Session {
    /// What `ops` is given.
    pub fn context(&self) -> Context<'_> {
        let around = &self.surroundings;
        Context {
            store: self.store.as_ref(),
            repository: self.repository.as_ref(),
            clock: &self.clock,
            entropy: around,
            progress: around,
            cache: around,
            target: &around.target,
            settings: &around.settings,
        }
    }
}

impl Entropy for Surroundings {
    fn bytes(&self) -> [u8; 16] {
        let mut world = self.shared.world();
        world.names += 1;
        u128::from(world.names).to_be_bytes()
    }
}

impl Progress for Surroundings {
    fn begin(&self, _phase: Phase, _total: u64) {}

    fn step(&self, _bytes: u64) {}

    fn end(&self) {}

    fn warn(&self, message: &str) {
        self.shared.world().event(|| format!("warning: {message}"));
    }
}

impl Cache for Surroundings {
    fn read(&self, name: &str) -> Option<String> {
        self.cache.borrow().get(name).cloned()
    }

    fn write(&self, name: &str, content: &str) {
        self.cache.borrow_mut().insert(name.to_owned(), content.to_owned());
    }
}
