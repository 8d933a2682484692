//! How a push ends: what was written is recorded, or left to the next run.
//!
//! The tracking ref moves only to the pushed commit, and only when all of it is written. What a
//! push wrote in part stays in the journal, which knows that it was ours; the branch contains
//! the pushed commit, so the next push goes on from there, also after a merge.

use super::apply::OpenJournal;
use super::journal::{self, Journal};
use super::look::{self, Seen};
use super::observe::ref_edits;
use super::push::{Ending, PushOptions};
use super::recorded::{self, Recorded, identity_line};
use super::state::{State, Updates, write_manifest};
use super::{Context, OpsError};
use crate::git::{GitError, NewCommit, Pack};
use crate::model::{
    Failpoint, Key, Known, Listing, Outcome, Plan, RefEdit, StepOutcome, Timestamp, TreePath,
};
use std::collections::BTreeMap;

/// What a push has done, on its way into git.
pub(super) struct Pushed<'a> {
    /// What was planned.
    pub plan: &'a Plan,
    /// What became of each step.
    pub outcomes: &'a [StepOutcome],
    /// What is known of the keys that this push or the interrupted one before it wrote.
    pub updates: Updates,
    /// The journal of this push.
    pub open: &'a OpenJournal,
}

/// Records what a push has done.
pub(super) async fn conclude(
    ctx: &Context<'_>,
    pushed: &Pushed<'_>,
    options: &PushOptions,
) -> Result<Ending, OpsError> {
    let ending = ending(pushed.outcomes);
    match ending {
        Ending::Complete | Ending::DryRun => complete(ctx, pushed, options).await,
        Ending::Interrupted | Ending::Failed => release(ctx, pushed).await.map(|()| ending),
        Ending::Refused => {
            record_foreign(ctx, pushed).await?;
            release(ctx, pushed).await.map(|()| ending)
        }
    }
}

/// One key that stopped midway makes the whole push one to be run again; otherwise one that was
/// refused asks for a merge.
fn ending(outcomes: &[StepOutcome]) -> Ending {
    let any = |test: fn(&Outcome) -> bool| outcomes.iter().any(|step| test(&step.outcome));
    let is_refused = any(|outcome| *outcome == Outcome::Refused);
    let is_unknown = any(|outcome| matches!(outcome, Outcome::Unknown { .. }));
    let is_failed = any(|outcome| matches!(outcome, Outcome::Failed { .. }));
    let is_skipped = any(|outcome| *outcome == Outcome::Skipped);
    match (is_unknown, is_refused, is_failed, is_skipped) {
        (true, ..) | (false, false, false, true) => Ending::Interrupted,
        (false, true, ..) => Ending::Refused,
        (false, false, true, _) => Ending::Failed,
        (false, false, false, false) => Ending::Complete,
    }
}

/// The store equals the commit: the tracking ref moves to it, unless somebody else has moved it
/// to what they saw meanwhile. Then the next run goes on.
async fn complete(
    ctx: &Context<'_>,
    pushed: &Pushed<'_>,
    options: &PushOptions,
) -> Result<Ending, OpsError> {
    let recorded = recorded::read(ctx).await?;
    if recorded.tracking != pushed.plan.base {
        return release(ctx, pushed).await.map(|()| Ending::Interrupted);
    }
    let mut state = State { tip: Some(pushed.plan.commit), ..State::of(&recorded) };
    for (key, update) in &pushed.updates {
        match update {
            Some(known) => state.manifest.insert(key.clone(), known.clone()),
            None => state.manifest.remove(key),
        };
    }
    let mut pack = ctx.repository.begin_pack().await?;
    let manifest = write_manifest(ctx, pack.as_mut(), &recorded, &state)?;
    let mut edits = ref_edits(ctx, &recorded, &state, manifest);
    edits.push(note(ctx, pack.as_mut(), pushed, options).await?);
    let OpenJournal { tip, fence, .. } = *pushed.open;
    edits.push(journal::close(ctx, pack.as_mut(), tip, "push: complete", fence)?);
    pack.finish().await?;
    Failpoint::ConclusionPacked.reach();
    publish(ctx, pushed, &edits).await
}

/// The tracking ref comes first: while the journal is open, the next run still knows that a push
/// was under way. The others are independent of each other: if somebody else moved one
/// meanwhile, theirs stays.
async fn publish(
    ctx: &Context<'_>,
    pushed: &Pushed<'_>,
    edits: &[RefEdit],
) -> Result<Ending, OpsError> {
    let tracking = ctx.target.tracking_ref();
    for edit in edits {
        match ctx.repository.update_refs(std::slice::from_ref(edit)).await {
            Err(GitError::RefMoved { .. }) if edit.name == tracking => {
                return release(ctx, pushed).await.map(|()| Ending::Interrupted);
            }
            Err(error @ GitError::RefMoved { .. }) => ctx.progress.warn(&error.to_string()),
            other => other?,
        }
    }
    ctx.repository.barrier().await?;
    Failpoint::PushRecorded.reach();
    Ok(Ending::Complete)
}

/// Somebody changed keys first: what they hold now goes onto the tracking ref, for merging.
async fn record_foreign(ctx: &Context<'_>, pushed: &Pushed<'_>) -> Result<(), OpsError> {
    let recorded = recorded::read(ctx).await?;
    if recorded.tracking != pushed.plan.base {
        return Ok(());
    }
    let mut pack = ctx.repository.begin_pack().await?;
    let state = foreign(ctx, &recorded, pushed.outcomes, pack.as_mut()).await?;
    let manifest = write_manifest(ctx, pack.as_mut(), &recorded, &state)?;
    let edits = ref_edits(ctx, &recorded, &state, manifest);
    if edits.is_empty() {
        return Ok(());
    }
    pack.finish().await?;
    match ctx.repository.update_refs(&edits).await {
        // Somebody else has recorded something since; the next fetch sees these keys, too.
        Err(GitError::RefMoved { .. }) => Ok(()),
        other => Ok(other?),
    }
}

/// The state with what the refused keys hold now.
async fn foreign(
    ctx: &Context<'_>,
    recorded: &Recorded,
    outcomes: &[StepOutcome],
    pack: &mut dyn Pack,
) -> Result<State, OpsError> {
    let refused = outcomes.iter().filter(|step| step.outcome == Outcome::Refused);
    let keys: Vec<Key> = refused.map(|step| step.key.clone()).collect();
    let mut updates = Updates::new();
    let mut newest = None;
    look::look(ctx, recorded, &keys, &Listing::new(), &mut |Seen { key, present }| {
        if let Some(present) = &present {
            pack.blob(&present.bytes)?;
            newest = newest.max(Some(present.modified));
        }
        let known = present.map(|present| Known {
            version: present.token,
            blob: present.blob,
            attributes: present.attributes,
            pushed: false,
        });
        updates.insert(key, known);
        Ok(())
    })
    .await?;
    let time = newest.unwrap_or_else(|| ctx.clock.now());
    State::of(recorded).advance(ctx, pack, &updates, time, |changes| {
        format!("store: {} keys changed during a push\n\n{}\n", changes.len(), identity_line(ctx))
    })
}

const NOTES: &str = "refs/notes/store";

/// Adds what happened to the commit's note, for `git log --notes=store`.
async fn note(
    ctx: &Context<'_>,
    pack: &mut dyn Pack,
    pushed: &Pushed<'_>,
    options: &PushOptions,
) -> Result<RefEdit, OpsError> {
    let previous = ctx.repository.read_ref(NOTES).await?;
    let path = TreePath::from(pushed.plan.commit.to_string().as_str());
    let mut tree = None;
    let mut text = String::new();
    if let Some(previous) = previous {
        let commit = ctx.repository.commit(previous).await?;
        let files = ctx.repository.files(commit.tree).await?;
        if let Some((_, entry)) = files.iter().find(|(found, _)| *found == path) {
            text =
                String::from_utf8_lossy(&ctx.repository.blob(entry.id).await?).into_owned() + "\n";
        }
        tree = Some(commit.tree);
    }
    text += &note_text(ctx, pushed, options);
    let blob = pack.blob(text.as_bytes())?;
    let tree = pack.tree(tree, &[(path, Some(blob))])?;
    let message = "push\n".to_owned();
    let parents = previous.into_iter().collect();
    let new = pack.commit(&NewCommit { tree, parents, time: ctx.clock.now(), message })?;
    Ok(RefEdit { name: NOTES.into(), expected: previous, new, reason: "push: complete".into() })
}

fn note_text(ctx: &Context<'_>, pushed: &Pushed<'_>, options: &PushOptions) -> String {
    let time = ctx.clock.now().format("%Y-%m-%dT%H:%M:%SZ");
    let mut text = format!(
        "push: complete\n{}\nPlan: {}\nBy: {}\nAt: {time}\n",
        identity_line(ctx),
        pushed.plan.digest(),
        options.actor,
    );
    let signs: BTreeMap<&Key, char> =
        pushed.plan.steps.iter().map(|step| (&step.key, step.verb.sign())).collect();
    for key in pushed.updates.keys() {
        text += &format!("{} {key}\n", signs.get(key).copied().unwrap_or('='));
    }
    text
}

/// Leaves the journal to the next run.
async fn release(ctx: &Context<'_>, pushed: &Pushed<'_>) -> Result<(), OpsError> {
    give_up(ctx, pushed.open, pushed.outcomes, true).await
}

/// Ends a push that writes nothing more. What `is_needed` by the next run stays in the journal.
pub(super) async fn give_up(
    ctx: &Context<'_>,
    open: &OpenJournal,
    outcomes: &[StepOutcome],
    is_needed: bool,
) -> Result<(), OpsError> {
    let ended = if is_needed {
        let deadline = last_moment(ctx, open);
        let journal = Journal { deadline, ..open.journal.settled(outcomes) };
        journal::open(ctx, Some(open.tip), &journal).await.map(|_| ())
    } else {
        let mut pack = ctx.repository.begin_pack().await?;
        let edit = journal::close(ctx, pack.as_mut(), open.tip, "push: given up", open.fence)?;
        pack.finish().await?;
        ctx.repository.update_refs(&[edit]).await.map_err(OpsError::from)
    };
    match ended {
        // Another session has taken over.
        Err(OpsError::Git(GitError::RefMoved { .. })) => Ok(()),
        other => other,
    }
}

/// Until when something can still land: without copies on their way nothing can any more, so
/// nobody needs to wait.
fn last_moment(ctx: &Context<'_>, open: &OpenJournal) -> Timestamp {
    open.fence.unwrap_or_else(|| ctx.clock.now() - chrono::TimeDelta::seconds(1))
}
