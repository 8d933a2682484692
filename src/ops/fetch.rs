//! `fetch`: the store's state becomes a commit on the tracking ref.

use super::observe::{Observation, observe};
use super::{Context, OpsError};
use crate::git::GitError;
use crate::model::RefEdit;

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

/// Moves the refs of an observation. Its objects are durable already.
///
/// # Errors
/// [`GitError::RefMoved`] when somebody else has moved one of them since.
pub async fn publish(ctx: &Context<'_>, observation: &Observation) -> Result<(), OpsError> {
    move_refs(ctx, &observation.edits).await
}

/// Moves the refs of an observation but the tracking ref, which `git fetch` moves itself.
///
/// A manifest that is ahead of its tracking ref is legal: its entries do not count until the
/// ref follows.
///
/// # Errors
/// As [`publish`].
pub async fn publish_for_git(ctx: &Context<'_>, observation: &Observation) -> Result<(), OpsError> {
    let tracking = ctx.target.tracking_ref();
    let others: Vec<RefEdit> =
        observation.edits.iter().filter(|edit| edit.name != tracking).cloned().collect();
    move_refs(ctx, &others).await
}

async fn move_refs(ctx: &Context<'_>, edits: &[RefEdit]) -> Result<(), OpsError> {
    if edits.is_empty() {
        return Ok(());
    }
    ctx.repository.update_refs(edits).await?;
    ctx.repository.barrier().await?;
    Ok(())
}
