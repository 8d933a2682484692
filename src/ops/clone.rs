//! `clone`: the first fetch, and a branch that begins where the store is.

use super::fetch::fetch;
use super::observe::Observation;
use super::{Context, OpsError};
use crate::model::{Failpoint, RefEdit};

/// Fetches the store into an empty repository and creates the branch.
///
/// The repository has been made before and is checked out after, with the `git` command.
pub async fn clone(ctx: &Context<'_>) -> Result<Observation, OpsError> {
    let observation = fetch(ctx).await?;
    if let Some(tip) = observation.state.tip {
        let edit = RefEdit {
            name: ctx.target.branch_ref(),
            expected: None,
            new: tip,
            reason: "clone: from the store".into(),
        };
        ctx.repository.update_refs(&[edit]).await?;
        ctx.repository.barrier().await?;
        Failpoint::BranchCreated.reach();
    }
    Ok(observation)
}
