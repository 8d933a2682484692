//! What a store can guarantee, found by trying it on scratch objects.
//!
//! A store may ignore a precondition and answer "done". So each one is tried where it must
//! be refused, and what is there afterwards is read.

use super::{Clock, SCRATCH_PREFIX, Store, StoreError, Upload};
use crate::model::{Attributes, Capabilities, Key, Precondition, PutId, Timestamp, Version};
use bytes::Bytes;
use std::time::Duration;

/// How long one write of the probe may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tries create, update and delete, each where it must work and where it must be refused.
///
/// `versioning` is left `false`: no write can show it; a service that has it sets it.
/// The scratch objects are removed again, also when a step fails.
///
/// # Errors
/// What the store said when a read failed, or a write for another reason than its
/// precondition, missing rights or a missing ability.
pub async fn by_behaviour(
    store: &dyn Store,
    clock: &dyn Clock,
    scratch: &str,
) -> Result<Capabilities, StoreError> {
    let probe = Probe { store, clock, key: Key::new(format!("{SCRATCH_PREFIX}/{scratch}")) };
    let found = probe.run().await;
    let cleaned = probe.clean().await;
    let found = found?;
    cleaned?;
    Ok(found)
}

struct Probe<'a> {
    store: &'a dyn Store,
    clock: &'a dyn Clock,
    key: Key,
}

/// How a store answered to a write.
enum Answer {
    Done,
    Refused,
    Impossible,
}

impl Probe<'_> {
    async fn run(&self) -> Result<Capabilities, StoreError> {
        let mut found = Capabilities::default();
        let Answer::Done = self.put("1", &Precondition::MustNotExist).await? else {
            return Ok(found);
        };
        found.writable = true;
        let again = self.put("2", &Precondition::MustNotExist).await?;
        found.conditional_create = matches!(again, Answer::Refused) && self.holds("1").await?;
        let Some(first) = self.version().await? else { return Ok(found) };
        let stale = Precondition::MustMatch(first.clone());
        if let Answer::Done = self.put("3", &stale).await? {
            let again = self.put("4", &stale).await?;
            found.conditional_update = matches!(again, Answer::Refused) && self.holds("3").await?;
        }
        found.conditional_delete = self.deletes_conditionally(&first).await?;
        Ok(found)
    }

    /// Whether a delete with a version that was replaced is refused, and the right one works.
    async fn deletes_conditionally(&self, stale: &Version) -> Result<bool, StoreError> {
        if self.version().await?.as_ref() == Some(stale) {
            return Ok(false); // nothing was replaced, so nothing can be told
        }
        let refused = matches!(self.delete(stale).await?, Answer::Refused);
        let Some(current) = self.version().await? else { return Ok(false) };
        let done = matches!(self.delete(&current).await?, Answer::Done);
        Ok(refused && done && self.version().await?.is_none())
    }

    async fn clean(&self) -> Result<(), StoreError> {
        if let Some(version) = self.version().await? {
            self.delete(&version).await?;
        }
        Ok(())
    }

    async fn version(&self) -> Result<Option<Version>, StoreError> {
        Ok(self.store.head(&self.key).await?.map(|info| info.version))
    }

    async fn holds(&self, content: &str) -> Result<bool, StoreError> {
        let object = self.store.get(&self.key).await?;
        Ok(object.is_some_and(|object| object.bytes == content.as_bytes()))
    }

    async fn put(&self, content: &str, precondition: &Precondition) -> Result<Answer, StoreError> {
        let upload = Upload {
            bytes: Bytes::copy_from_slice(content.as_bytes()),
            attributes: Attributes::default(),
            put_id: PutId(format!("probe-{content}")),
        };
        let done = self.store.put(&self.key, &upload, precondition, self.deadline()).await;
        answer(done.map(drop))
    }

    async fn delete(&self, version: &Version) -> Result<Answer, StoreError> {
        answer(self.store.delete(&self.key, version, self.deadline()).await)
    }

    fn deadline(&self) -> Timestamp {
        self.clock.now() + PATIENCE
    }
}

fn answer(result: Result<(), StoreError>) -> Result<Answer, StoreError> {
    match result {
        Ok(()) => Ok(Answer::Done),
        Err(StoreError::Precondition(_)) => Ok(Answer::Refused),
        Err(StoreError::Denied(_) | StoreError::Unsupported(_)) => Ok(Answer::Impossible),
        Err(error) => Err(error),
    }
}
