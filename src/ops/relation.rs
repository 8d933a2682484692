//! How a branch stands to what the store was last seen to hold.

use super::{Context, OpsError};
use crate::model::ObjectId;
use serde::Serialize;

/// How a branch stands to the tracking commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Both are the same commit.
    Same,
    /// The branch has commits that were not pushed.
    Ahead,
    /// The store has changes that the branch has not.
    Behind,
    /// Both have changes that the other has not.
    Diverged,
    /// They have no common history.
    Unrelated,
    /// There is no branch yet.
    NoBranch,
    /// The store was never seen to hold anything.
    NoStore,
}

/// Finds out how a commit stands to the tracking commit.
pub async fn relation(
    ctx: &Context<'_>,
    branch: Option<ObjectId>,
    tracking: Option<ObjectId>,
) -> Result<Relation, OpsError> {
    let Some(tracking) = tracking else {
        return Ok(Relation::NoStore);
    };
    let Some(branch) = branch else {
        return Ok(Relation::NoBranch);
    };
    if branch == tracking {
        return Ok(Relation::Same);
    }
    let ahead = ctx.repository.is_ancestor(tracking, branch).await?;
    let behind = ctx.repository.is_ancestor(branch, tracking).await?;
    if ahead || behind {
        return Ok(if ahead { Relation::Ahead } else { Relation::Behind });
    }
    let base = ctx.repository.merge_base(branch, tracking).await?;
    Ok(if base.is_some() { Relation::Diverged } else { Relation::Unrelated })
}
