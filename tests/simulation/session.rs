//! What one process of git-store holds: its ports, over the shared world.

use super::executor::{SimClock, turn};
use super::journeys::Surroundings;
use super::mutants::{MutantRepository, MutantStore};
use super::repository::SimRepository;
use super::store::SimStore;
use super::world::Shared;
use git_store::git::Repository;
use git_store::store::{Clock as _, Store};

/// One process, from its start to its crash.
pub struct Session {
    /// The world.
    pub shared: Shared,
    /// Which repository it works on.
    pub repository_index: usize,
    /// The store.
    pub store: Box<dyn Store>,
    /// The repository.
    pub repository: Box<dyn Repository>,
    /// The time.
    pub clock: SimClock,
    /// The rest of what `ops` needs.
    pub surroundings: Surroundings,
}

impl Session {
    /// A new process of an actor.
    pub fn begin(shared: &Shared, repository_index: usize) -> Self {
        let mutant = shared.world().mutant;
        let store = SimStore::new(shared.clone(), repository_index);
        let repository = SimRepository::new(shared.clone(), repository_index);
        let ahead = mutant.map_or(0, |mutant| mutant.clock_ahead());
        Self {
            shared: shared.clone(),
            repository_index,
            store: match mutant {
                Some(mutant) => Box::new(MutantStore::new(store, mutant)),
                None => Box::new(store),
            },
            repository: match mutant {
                Some(mutant) => Box::new(MutantRepository::new(repository, mutant)),
                None => Box::new(repository),
            },
            clock: SimClock::new(shared.clone(), ahead),
            surroundings: Surroundings::new(shared.clone()),
        }
    }

    /// Does nothing for up to `most` virtual seconds.
    pub async fn rest(&self, most: u32) {
        let seconds = self.shared.world().tape.draw("rest", most + 1);
        self.clock.sleep(std::time::Duration::from_secs(u64::from(seconds))).await;
        turn(&self.shared).await;
    }
}
