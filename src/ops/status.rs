//! `status`: where branch, tracking ref and store stand.

use super::fetch::fetch;
use super::observe::Observation;
use super::relation::{Relation, relation};
use super::{Context, OpsError, level};
use crate::git::TreeChange;
use crate::model::{Capabilities, Change, Level, ObjectId, Verb, pointer};

/// Where branch, tracking ref and store stand.
#[derive(Debug)]
pub struct Status {
    /// What the store holds now.
    pub observation: Observation,
    /// The branch that is pushed.
    pub branch: Option<ObjectId>,
    /// How it stands to the store.
    pub relation: Relation,
    /// What a push would change; empty while the branch has not what the store has.
    pub unpushed: Vec<Change>,
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
    let level = level::cached(ctx).map(Capabilities::level);
    Ok(Status { observation, branch, relation, unpushed, pointers, level })
}

async fn unpushed(
    ctx: &Context<'_>,
    observation: &Observation,
    branch: Option<ObjectId>,
    relation: Relation,
) -> Result<Vec<Change>, OpsError> {
    let is_pushable = matches!(relation, Relation::Ahead | Relation::NoStore);
    let Some(branch) = branch.filter(|_| is_pushable) else { return Ok(Vec::new()) };
    let tree = ctx.repository.commit(branch).await?.tree;
    let files = ctx.repository.diff(observation.state.tree, Some(tree)).await?;
    let change = |file: TreeChange| {
        let key = ctx.target.key_of(&file.path).ok()??;
        let (old, new) = (file.old.map(|entry| entry.id), file.new.map(|entry| entry.id));
        let verb = Verb::between(old.as_ref(), new.as_ref())?;
        Some(Change { class: ctx.target.profile.class(&key), key, verb, old, new })
    };
    Ok(files.into_iter().filter_map(change).collect())
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
