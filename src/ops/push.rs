//! `push`: the store becomes what a commit says, by compare-and-swap.
//!
//! Fetch, plan, check, journal, apply, record. The journal is there before the first write, and
//! the tracking ref moves after the last, so that a crash at any point is seen by the next run:
//! what landed is found by reading the store, and the rest is written or given up.

use super::apply::{OpenJournal, apply};
use super::check::{self, Accepted};
use super::conclude::{Pushed, conclude, give_up};
use super::fetch::fetch;
use super::journal::{self, Intent, Journal};
use super::observe::{Observation, require_word};
use super::pending::Pending;
use super::plan::plan;
use super::state::Updates;
use super::{Context, OpsError, Phase, level};
use crate::git::GitError;
use crate::model::{
    Failpoint, Key, ObjectId, Outcome, Plan, PutId, Step, StepOutcome, Timestamp, Verb,
};
use crate::store::careful::Careful;
use std::collections::BTreeMap;
use std::time::Duration;

/// How a push is done.
#[derive(Clone, Debug, Default)]
pub struct PushOptions {
    /// Plan and check only.
    pub dry_run: bool,
    /// Who pushes, for the record.
    pub actor: String,
}

/// What a push did.
#[derive(Debug)]
pub struct PushReport {
    /// What was planned.
    pub plan: Plan,
    /// What became of each step; empty for a dry run.
    pub outcomes: Vec<StepOutcome>,
    /// How it ended.
    pub ending: Ending,
    /// Findings that did not stop the push.
    pub accepted: Accepted,
}

/// How a push ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The store equals the commit.
    Complete,
    /// Some keys were changed by somebody else first; the tracking ref says what is there.
    Refused,
    /// It stopped midway; running it again goes on.
    Interrupted,
    /// The store did not take something; running it again goes on where that is mended.
    Failed,
    /// Nothing was tried.
    DryRun,
}

/// How often a push is planned anew because another one was faster.
const ATTEMPTS: usize = 3;

/// Pushes a commit to the store.
///
/// # Errors
/// Nothing was written to the store when an error is returned, except that
/// [`PushReport::ending`] tells of a push that stopped midway.
pub async fn push(
    ctx: &Context<'_>,
    commit: ObjectId,
    options: &PushOptions,
) -> Result<PushReport, OpsError> {
    for _ in 1..ATTEMPTS {
        let observation = fetch(ctx).await?;
        match push_observed(ctx, observation, commit, options).await {
            Err(OpsError::Contended) => {}
            other => return other,
        }
    }
    let observation = fetch(ctx).await?;
    push_observed(ctx, observation, commit, options).await
}

/// Pushes a commit onto a store that was fetched just now.
pub async fn push_observed(
    ctx: &Context<'_>,
    observation: Observation,
    commit: ObjectId,
    options: &PushOptions,
) -> Result<PushReport, OpsError> {
    let observation = wait_for_others(ctx, observation, options).await?;
    let plan = plan(ctx, &observation, commit).await?;
    guard_deletions(ctx, &observation, &plan)?;
    let accepted = check::pushed(ctx, observation.state.tree, commit).await?;
    if options.dry_run {
        let outcomes = Vec::new();
        return Ok(PushReport { plan, outcomes, ending: Ending::DryRun, accepted });
    }
    carry_out(ctx, observation, plan, options, accepted).await
}

/// Waits until no other session can be writing any more, and looks again.
async fn wait_for_others(
    ctx: &Context<'_>,
    mut observation: Observation,
    options: &PushOptions,
) -> Result<Observation, OpsError> {
    const PATIENCE: usize = 3;
    for attempt in 0.. {
        let Some(pending) = observation.pending.as_ref().filter(|pending| pending.is_live) else {
            return Ok(observation);
        };
        if options.dry_run || attempt == PATIENCE {
            return Err(busy(pending));
        }
        wait_until(ctx, pending.journal.deadline).await;
        observation = fetch(ctx).await?;
    }
    Ok(observation)
}

/// Waits until no copy of a write of the last push can arrive any more: one that does after the
/// next write could undo it. What happens meanwhile is seen as whatever happens after a plan is.
async fn wait_for_copies(ctx: &Context<'_>, observation: &Observation) {
    let fence = observation.recorded.journal.fence;
    if let Some(fence) = fence.filter(|fence| ctx.clock.now() <= *fence) {
        wait_until(ctx, fence).await;
    }
}

async fn wait_until(ctx: &Context<'_>, time: Timestamp) {
    let left = (time - ctx.clock.now()).to_std().unwrap_or_default();
    ctx.progress.begin(Phase::Waiting, 0);
    ctx.clock.sleep(left + Duration::from_secs(1)).await;
    ctx.progress.end();
}

fn busy(pending: &Pending) -> OpsError {
    OpsError::Busy {
        done: pending.landed.len(),
        total: pending.journal.intents.len(),
        until: pending.journal.deadline.format("%H:%M:%S").to_string(),
    }
}

fn guard_deletions(
    ctx: &Context<'_>,
    observation: &Observation,
    plan: &Plan,
) -> Result<(), OpsError> {
    let steps = plan.steps.iter().filter(|step| step.verb == Verb::Delete);
    let removed = steps.map(|step| step.key.clone()).collect();
    require_word(ctx, &observation.state.files, &removed)
        .map_err(|stopped| OpsError::Guarded { stopped, in_store: false })
}

async fn carry_out(
    ctx: &Context<'_>,
    observation: Observation,
    plan: Plan,
    options: &PushOptions,
    accepted: Accepted,
) -> Result<PushReport, OpsError> {
    let outcomes = Vec::new();
    if observation.state.tip == Some(plan.commit) && observation.pending.is_none() {
        return Ok(PushReport { plan, outcomes, ending: Ending::Complete, accepted });
    }
    wait_for_copies(ctx, &observation).await;
    let capabilities = match plan.steps.is_empty() {
        true => None,
        false => Some(level::require_writable(ctx).await?),
    };
    let mut open = take_journal(ctx, &observation, &plan).await?;
    let mut applied = match capabilities.filter(|found| level::is_blind(*found)) {
        Some(found) => {
            let careful = Careful::new(ctx.store, found);
            let ctx = Context { store: &careful, ..*ctx };
            apply(&ctx, &observation, &plan, &mut open).await?
        }
        None => apply(ctx, &observation, &plan, &mut open).await?,
    };
    Failpoint::PlanApplied.reach();
    let outcomes = std::mem::take(&mut applied.outcomes);
    let updates = landed_updates(&observation).into_iter().chain(applied.updates).collect();
    let pushed = Pushed { plan: &plan, outcomes: &outcomes, updates, open: &open };
    let ending = conclude(ctx, &pushed, options).await?;
    Ok(PushReport { plan, outcomes, ending, accepted })
}

/// Opens the journal, without which no push may write or move the tracking ref. A plan that was
/// made before another push ended is out of date, which shows in the tracking ref.
async fn take_journal(
    ctx: &Context<'_>,
    observation: &Observation,
    plan: &Plan,
) -> Result<OpenJournal, OpsError> {
    let journal = new_journal(ctx, observation, plan);
    let tip = match journal::open(ctx, observation.journal_tip(ctx), &journal).await {
        Err(OpsError::Git(GitError::RefMoved { .. })) => return Err(OpsError::Contended),
        other => other?,
    };
    let open = OpenJournal { journal, tip, fence: None };
    if ctx.repository.read_ref(&ctx.target.tracking_ref()).await? == plan.base {
        return Ok(open);
    }
    give_up(ctx, &open, &all_skipped(plan), observation.pending.is_some()).await?;
    Err(OpsError::Contended)
}

fn all_skipped(plan: &Plan) -> Vec<StepOutcome> {
    let skipped = |step: &Step| StepOutcome {
        key: step.key.clone(),
        verb: step.verb,
        outcome: Outcome::Skipped,
    };
    plan.steps.iter().map(skipped).collect()
}

fn landed_updates(observation: &Observation) -> Updates {
    let landed = observation.pending.iter().flat_map(|pending| &pending.landed);
    landed
        .map(|(key, value)| (key.clone(), value.as_ref().map(|(known, _)| known.clone())))
        .collect()
}

/// A journal of what is about to be written, and of what an interrupted push has written: until
/// the tracking ref says so, only the journal knows that it was ours.
fn new_journal(ctx: &Context<'_>, observation: &Observation, plan: &Plan) -> Journal {
    let session = ctx.entropy.name();
    let intent = |number: usize, step: &Step| Intent {
        verb: step.verb,
        new: step.new,
        put_id: PutId(format!("{session}-{number}")),
        left: left(observation, &step.key),
        is_void: false,
    };
    let mut intents = landed_intents(observation);
    let steps = plan.steps.iter().enumerate();
    intents.extend(steps.map(|(n, step)| (journal::name_of(&step.key), intent(n, step))));
    Journal {
        plan: plan.digest(),
        base: plan.base,
        commit: plan.commit,
        deadline: ctx.clock.now() + ctx.settings.lifetime.value,
        intents,
        session,
    }
}

/// What interrupted pushes have left under a key, if that is what it holds.
fn left(observation: &Observation, key: &Key) -> Vec<Option<ObjectId>> {
    let pending = observation.pending.as_ref().filter(|pending| pending.landed.contains_key(key));
    let intent = pending.and_then(|pending| pending.journal.intent(key));
    intent.map(|intent| [&intent.left[..], &[intent.new]].concat()).unwrap_or_default()
}

fn landed_intents(observation: &Observation) -> BTreeMap<String, Intent> {
    let landed = observation
        .pending
        .iter()
        .flat_map(|pending| pending.landed.keys().map(|key| (key, pending.journal.intent(key))));
    landed.filter_map(|(key, intent)| Some((journal::name_of(key), intent?.clone()))).collect()
}
