//! `fetch`: the store's state becomes a commit on the tracking ref.

use super::observe::{Observation, observe};
use super::{Context, OpsError};
use crate::git::GitError;

/// How often an observation is made again because somebody else moved a ref meanwhile.
const ATTEMPTS: usize = 5;

/// Observes the store and moves the tracking ref and the manifest.
///
/// # Errors
/// [`OpsError::EmptyListing`] and [`OpsError::Guarded`] when the store lost more than can be
/// believed; [`OpsError::Contended`] when other processes keep moving the same refs.
pub async fn fetch(ctx: &Context<'_>) -> Result<Observation, OpsError> {
    for _ in 0..ATTEMPTS {
        let observation = observe(ctx).await?;
        match publish(ctx, &observation).await {
            Err(OpsError::Git(GitError::RefMoved { .. })) => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(observation),
        }
    }
    Err(OpsError::Contended)
}

/// Moves the refs of an observation. The objects have to survive before a ref names them.
pub(super) async fn publish(ctx: &Context<'_>, observation: &Observation) -> Result<(), OpsError> {
    if observation.edits.is_empty() {
        return Ok(());
    }
    ctx.repository.update_refs(&observation.edits).await?;
    ctx.repository.barrier().await?;
    Ok(())
}
