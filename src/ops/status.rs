//! `status`: where branch, tracking ref and store stand.

use super::fetch::fetch;
use super::observe::Observation;
use super::relation::{Relation, relation};
use super::{Context, OpsError, level};
use crate::model::{Level, ObjectId, pointer};

/// Where branch, tracking ref and store stand.
#[derive(Debug)]
pub struct Status {
    /// What the store holds now.
    pub observation: Observation,
    /// The branch that is pushed.
    pub branch: Option<ObjectId>,
    /// How it stands to the store.
    pub relation: Relation,
    /// How many keys a push would write; `None`: the branch has not what the store has.
    pub unpushed: Option<usize>,
    /// How many files stand for content that stays in the store.
    pub pointers: usize,
    /// What the store can guarantee, if it was probed.
    pub level: Option<Level>,
}

/// Looks at the store and says where everything stands.
pub async fn status(ctx: &Context<'_>) -> Result<Status, OpsError> {
    let observation = fetch(ctx).await?;
    let branch = ctx.repository.read_ref(&ctx.target.branch_ref()).await?;
    let relation = relation(ctx, branch, observation.state.tip).await?;
    let unpushed = unpushed(ctx, &observation, branch, relation).await?;
    let pointers = count_pointers(ctx, &observation).await?;
    let level = level::cached(ctx).map(crate::model::Capabilities::level);
    Ok(Status { observation, branch, relation, unpushed, pointers, level })
}

async fn unpushed(
    ctx: &Context<'_>,
    observation: &Observation,
    branch: Option<ObjectId>,
    relation: Relation,
) -> Result<Option<usize>, OpsError> {
    let Some(branch) = branch else {
        return Ok(Some(0));
    };
    let tree = ctx.repository.commit(branch).await?.tree;
    match relation {
        Relation::Same => Ok(Some(0)),
        Relation::Ahead | Relation::NoStore => {
            let changes = ctx.repository.diff(observation.state.tree, Some(tree)).await?;
            let is_ours = |path| !matches!(ctx.target.key_of(path), Ok(None));
            Ok(Some(changes.iter().filter(|change| is_ours(&change.path)).count()))
        }
        _ => Ok(None),
    }
}

async fn count_pointers(ctx: &Context<'_>, observation: &Observation) -> Result<usize, OpsError> {
    let mut pointers = 0;
    for file in observation.state.files.values() {
        if pointer::is_pointer(&ctx.repository.blob(file.blob).await?) {
            pointers += 1;
        }
    }
    Ok(pointers)
}
