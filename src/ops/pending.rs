//! A push that is not over, as an observation sees it: whether what it wrote is its own, a
//! change like any, or to be left alone.

use super::journal::{self, Journal, JournalState};
use super::recorded::Recorded;
use super::{Context, OpsError};
use crate::git::Pack;
use crate::model::{Key, Known, ObjectId, RefEdit, Version};
use std::collections::BTreeMap;

/// A push that is not over.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The push.
    pub journal: Journal,
    /// Whether another session may still be writing.
    pub is_live: bool,
    /// What has landed, with the store's version; `None`: a deletion.
    pub landed: BTreeMap<Key, Option<(Known, Version)>>,
}

/// What the journal means for an observation.
pub(super) enum JournalStatus {
    /// No push is open.
    Closed,
    /// A push may still be writing: its keys are left alone.
    Live(Journal),
    /// A push was interrupted, and the branch still contains it: what landed is left to it.
    Interrupted(Journal),
    /// A push was interrupted, and the branch gave it up: what landed is a change like any.
    Abandoned(Journal),
}

/// Reads the clock and the branches to find out what the journal means.
pub(super) async fn journal_status(
    ctx: &Context<'_>,
    state: &JournalState,
) -> Result<JournalStatus, OpsError> {
    let Some(journal) = state.open.clone() else {
        return Ok(JournalStatus::Closed);
    };
    if ctx.clock.now() <= journal.deadline {
        return Ok(JournalStatus::Live(journal));
    }
    Ok(if is_wanted(ctx, journal.commit).await? {
        JournalStatus::Interrupted(journal)
    } else {
        JournalStatus::Abandoned(journal)
    })
}

/// Whether a branch still contains a commit, so that somebody may push it again.
async fn is_wanted(ctx: &Context<'_>, commit: ObjectId) -> Result<bool, OpsError> {
    if !ctx.repository.contains(commit).await? {
        return Ok(false);
    }
    let branches = ctx.repository.refs_below("refs/heads/").await?;
    for (_, tip) in branches.into_iter().filter(|(name, _)| *name != ctx.target.tracking_ref()) {
        if ctx.repository.is_ancestor(commit, tip).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl JournalStatus {
    /// Whether a push deletes the key, or has deleted it.
    pub(super) fn deletes(&self, key: &Key) -> bool {
        let journal = match self {
            Self::Closed => return false,
            Self::Live(journal) | Self::Interrupted(journal) | Self::Abandoned(journal) => journal,
        };
        journal.intent(key).is_some_and(|intent| intent.new.is_none())
    }

    /// Whether a value is what the journal wanted to write.
    pub(super) fn is_intended(&self, key: &Key, blob: Option<ObjectId>) -> bool {
        match self {
            Self::Interrupted(journal) | Self::Abandoned(journal) => {
                journal.intent(key).is_some_and(|intent| intent.is_ours(blob))
            }
            Self::Closed | Self::Live(_) => false,
        }
    }
}

/// Closes the journal of a push that was given up; in that of an interrupted one, keeps as ours
/// only what is there now.
pub(super) fn settle_journal(
    ctx: &Context<'_>,
    pack: &mut dyn Pack,
    recorded: &Recorded,
    status: &mut JournalStatus,
    landed: &BTreeMap<Key, Option<(Known, Version)>>,
) -> Result<Option<RefEdit>, OpsError> {
    match (status, recorded.journal.tip) {
        (JournalStatus::Abandoned(_), Some(tip)) => {
            journal::close(ctx, pack, tip, "push: given up", None).map(Some)
        }
        (JournalStatus::Interrupted(journal), tip) => {
            let blob =
                |value: &Option<(Known, Version)>| value.as_ref().map(|(known, _)| known.blob);
            let landed = landed.iter().map(|(key, value)| (key.clone(), blob(value)));
            let confirmed = journal.confirmed(&landed.collect());
            if confirmed == *journal {
                return Ok(None);
            }
            *journal = confirmed;
            journal::write(ctx, pack, tip, journal, "push: interrupted").map(Some)
        }
        _ => Ok(None),
    }
}

/// What an observation says of a push that is not over.
pub(super) fn pending(
    status: JournalStatus,
    landed: BTreeMap<Key, Option<(Known, Version)>>,
) -> Option<Pending> {
    match status {
        JournalStatus::Closed | JournalStatus::Abandoned(_) => None,
        JournalStatus::Live(journal) => Some(Pending { journal, is_live: true, landed }),
        JournalStatus::Interrupted(journal) => Some(Pending { journal, is_live: false, landed }),
    }
}
