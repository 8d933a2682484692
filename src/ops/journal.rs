//! The journal: what a push is about to write, recorded before the first write.
//!
//! One commit a plan on `refs/store/<name>/journal`, whose tree holds `plan.json`; a commit
//! with an empty tree closes it. An open journal belongs to the session that wrote it until
//! its deadline; every write of the plan is refused by the store after that deadline, so that
//! from then on anybody may look at what has landed, and go on or give up.
//!
//! A write whose answer was lost can have copies on their way when its push is over. The commit
//! that closes the journal then names a fence, and the next push writes nothing before it.

use super::{Context, OpsError};
use crate::git::NewCommit;
use crate::git::Pack;
use crate::model::{
    Failpoint, Key, ObjectId, Outcome, PutId, RefEdit, StepOutcome, Timestamp, TreePath, Verb, path,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FILE: &str = "plan.json";

/// A push under way, or one that was interrupted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Journal {
    /// Which process; a restarted one is another session.
    pub session: String,
    /// The digest of the plan.
    pub plan: String,
    /// The tracking commit that the plan starts from.
    pub base: Option<ObjectId>,
    /// The commit that is pushed.
    pub commit: ObjectId,
    /// After this no write of the plan can take effect.
    pub deadline: Timestamp,
    /// The writes, by encoded key.
    pub intents: BTreeMap<String, Intent>,
}

/// One write that a push is about to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Intent {
    /// What to do.
    pub verb: Verb,
    /// The content that comes.
    pub new: Option<ObjectId>,
    /// The mark of the write.
    pub put_id: PutId,
    /// What interrupted pushes have left under the key, oldest first; `None`: a deletion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Option<ObjectId>>,
    /// The key does not hold what was written, or it never was: what it holds is not ours.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_void: bool,
}

impl Intent {
    /// Whether a value is what this push or an interrupted one before it wrote.
    pub fn is_ours(&self, value: Option<ObjectId>) -> bool {
        !self.is_void && (self.new == value || self.left.contains(&value))
    }

    /// What is left of the intent when the outcome is known: a write that was not done leaves
    /// the key as interrupted pushes had left it.
    fn settle(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Applied => self.left.clear(),
            Outcome::Refused => self.is_void = true,
            Outcome::Unknown { .. } => {}
            Outcome::Failed { .. } | Outcome::Skipped => match self.left.pop() {
                Some(left) => self.new = left,
                None => self.is_void = true,
            },
        }
    }

    /// What is left of the intent when the key was looked at after the deadline; `None`: the
    /// key holds what is not ours.
    fn confirm(&mut self, landed: Option<Option<ObjectId>>) {
        self.left.clear();
        match landed {
            Some(value) => self.new = value,
            None => self.is_void = true,
        }
    }
}

impl Journal {
    /// What the journal says of a key.
    pub fn intent(&self, key: &Key) -> Option<&Intent> {
        self.intents.get(path::encode(key, false).as_str()?)
    }

    /// The keys that the journal names.
    pub fn keys(&self) -> Vec<Key> {
        let paths = self.intents.keys().map(|name| TreePath::from(name.as_str()));
        paths.filter_map(|path| path::decode(&path).ok()).collect()
    }

    /// The journal of a push that writes nothing more.
    pub(super) fn settled(&self, outcomes: &[StepOutcome]) -> Self {
        let mut journal = self.clone();
        for step in outcomes {
            if let Some(intent) = journal.intents.get_mut(&name_of(&step.key)) {
                intent.settle(&step.outcome);
            }
        }
        journal
    }

    /// The journal of an interrupted push after all its keys were looked at. Whatever comes
    /// under a key that is not ours is somebody else's, also if it is what we wanted to write.
    pub(super) fn confirmed(&self, landed: &BTreeMap<Key, Option<ObjectId>>) -> Self {
        let mut journal = self.clone();
        for key in self.keys() {
            if let Some(intent) = journal.intents.get_mut(&name_of(&key)) {
                intent.confirm(landed.get(&key).copied());
            }
        }
        journal
    }
}

/// How a key is written in a journal.
pub(super) fn name_of(key: &Key) -> String {
    path::encode(key, false).to_string()
}

/// Where the journal stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JournalState {
    /// What the ref points to.
    pub tip: Option<ObjectId>,
    /// The push that is under way or was interrupted.
    pub open: Option<Journal>,
    /// Until when copies of the writes of the last push may arrive, although it is over.
    pub fence: Option<Timestamp>,
}

/// Reads the journal. A lost one counts as closed: the store itself tells what landed.
///
/// # Errors
/// [`OpsError::State`] for a journal of another version: what it guards is not known.
pub async fn read(ctx: &Context<'_>) -> Result<JournalState, OpsError> {
    let Some(tip) = ctx.repository.read_ref(&ctx.target.journal_ref()).await? else {
        return Ok(JournalState::default());
    };
    let commit = ctx.repository.commit(tip).await?;
    let files = ctx.repository.files(commit.tree).await?;
    let Some((_, file)) = files.iter().find(|(path, _)| path.as_bytes() == FILE.as_bytes()) else {
        return Ok(JournalState { tip: Some(tip), open: None, fence: fence(&commit.message) });
    };
    let content = ctx.repository.blob(file.id).await?;
    let open = serde_json::from_slice(&content).map_err(|_| {
        let name = ctx.target.journal_ref();
        OpsError::State(format!("{name} was written by another version of git-store"))
    })?;
    Ok(JournalState { tip: Some(tip), open: Some(open), fence: None })
}

/// The line of a closing commit's message that names its fence.
fn fence_line(fence: Timestamp) -> String {
    format!("\nFence: {}\n", fence.to_rfc3339())
}

fn fence(message: &str) -> Option<Timestamp> {
    message.lines().find_map(|line| line.strip_prefix("Fence: "))?.parse().ok()
}

/// Writes an open journal over `previous` and makes it durable; returns the new tip.
pub(super) async fn open(
    ctx: &Context<'_>,
    previous: Option<ObjectId>,
    journal: &Journal,
) -> Result<ObjectId, OpsError> {
    let mut pack = ctx.repository.begin_pack().await?;
    let edit = write(ctx, pack.as_mut(), previous, journal, "push: begin")?;
    let tip = edit.new;
    pack.finish().await?;
    Failpoint::JournalPacked.reach();
    ctx.repository.update_refs(&[edit]).await?;
    ctx.repository.barrier().await?;
    Failpoint::JournalOpened.reach();
    Ok(tip)
}

/// Writes an open journal into `pack`; the ref moves with the others.
pub(super) fn write(
    ctx: &Context<'_>,
    pack: &mut dyn Pack,
    previous: Option<ObjectId>,
    journal: &Journal,
    reason: &str,
) -> Result<RefEdit, OpsError> {
    let blob = pack.blob(serde_json::json!(journal).to_string().as_bytes())?;
    let tree = pack.tree(None, &[(TreePath::from(FILE), Some(blob))])?;
    let tip = pack.commit(&NewCommit {
        tree,
        // The pushed commit has to be there for whoever goes on, whatever becomes of its branch.
        parents: previous.into_iter().chain([journal.commit]).collect(),
        time: ctx.clock.now(),
        message: format!("push of {}\n\nplan {}\n", journal.commit, journal.plan),
    })?;
    Ok(RefEdit {
        name: ctx.target.journal_ref(),
        expected: previous,
        new: tip,
        reason: reason.into(),
    })
}

/// Writes the commit that closes a journal into `pack`; the ref moves with the others.
pub(super) fn close(
    ctx: &Context<'_>,
    pack: &mut dyn Pack,
    previous: ObjectId,
    outcome: &str,
    fence: Option<Timestamp>,
) -> Result<RefEdit, OpsError> {
    let tree = pack.tree(None, &[])?;
    let tip = pack.commit(&NewCommit {
        tree,
        parents: vec![previous],
        time: ctx.clock.now(),
        message: format!("{outcome}\n{}", fence.map(fence_line).unwrap_or_default()),
    })?;
    Ok(RefEdit {
        name: ctx.target.journal_ref(),
        expected: Some(previous),
        new: tip,
        reason: outcome.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_read_as_it_was_written() {
        let time: Timestamp = "2026-01-02T03:04:05.678901234Z".parse().expect("a time");
        let closed = |fence: &str| format!("push: complete\n{fence}");
        assert_eq!(fence(&closed(&fence_line(time))), Some(time));
        assert_eq!(fence(&closed("")), None);
        assert_eq!(fence(&closed("\nFence: later\n")), None);
    }
}
