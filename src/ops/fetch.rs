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
        match move_refs(ctx, &observation.edits).await {
            Err(OpsError::Git(GitError::RefMoved { .. })) => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(observation),
        }
    }
    Err(OpsError::Contended)
}

/// Observes the store for `git fetch`, which moves the tracking ref itself so that it can say
/// what moved. Here only the other refs move.
///
/// A manifest that is ahead of its tracking ref is legal: its entries do not count until the
/// ref follows. If somebody else has moved it meanwhile, theirs stays.
///
/// # Errors
/// As [`fetch`].
pub async fn fetch_for_git(ctx: &Context<'_>) -> Result<Observation, OpsError> {
    let observation = observe(ctx).await?;
    let tracking = ctx.target.tracking_ref();
    let others: Vec<RefEdit> =
        observation.edits.iter().filter(|edit| edit.name != tracking).cloned().collect();
    match move_refs(ctx, &others).await {
        Err(OpsError::Git(GitError::RefMoved { .. })) => {}
        other => other?,
    }
    Ok(observation)
}

async fn move_refs(ctx: &Context<'_>, edits: &[RefEdit]) -> Result<(), OpsError> {
    if edits.is_empty() {
        return Ok(());
    }
    ctx.repository.update_refs(edits).await?;
    ctx.repository.barrier().await?;
    Ok(())
}
