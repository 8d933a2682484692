//! `init`: a store is added to a repository that is there already.

use super::fetch::fetch;
use super::observe::Observation;
use super::relation::{Relation, relation};
use super::{Context, OpsError};

/// What adding a store found.
#[derive(Debug)]
pub struct Initialized {
    /// What the store holds.
    pub observation: Observation,
    /// How the branch stands to it, which decides what is to be done next.
    pub relation: Relation,
}

/// Fetches the store for the first time. The branch is not touched.
pub async fn init(ctx: &Context<'_>) -> Result<Initialized, OpsError> {
    let observation = fetch(ctx).await?;
    let branch = ctx.repository.read_ref(&ctx.target.branch_ref()).await?;
    let relation = relation(ctx, branch, observation.state.tip).await?;
    Ok(Initialized { observation, relation })
}
