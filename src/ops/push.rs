//! `push`: the store becomes what a commit says, by compare-and-swap.
//!
//! Fetch, plan, check, journal, apply, record. The journal is there before the first write, and
//! the tracking ref moves after the last, so that a crash at any point is seen by the next run:
//! what landed is found by reading the store, and the rest is written or given up.

use super::apply::{OpenJournal, apply};
use super::check::{self, Accepted};
use super::fetch::fetch;
use super::journal::{self, Intent, Journal};
use super::look::{self, Seen};
use super::observe::{Observation, Pending, ref_edits};
use super::plan::plan;
use super::recorded::{self, Recorded, identity_line};
use super::state::{State, Updates, write_manifest};
use super::{Context, OpsError, Phase, level};
use crate::engine::guard::guard;
use crate::git::{GitError, NewCommit, Pack};
use crate::model::{
    Key, Known, Listing, ObjectId, Outcome, Plan, PutId, RefEdit, StepOutcome, TreePath, Verb,
};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Nothing was tried.
    DryRun,
}

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
        let left = pending.journal.deadline - ctx.clock.now();
        ctx.progress.begin(Phase::Waiting, 0);
        ctx.clock
            .sleep(left.to_std().unwrap_or_default() + std::time::Duration::from_secs(1))
            .await;
        ctx.progress.end();
        observation = fetch(ctx).await?;
    }
    Ok(observation)
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
    let is_removed = |verb| verb == Verb::Delete;
    let steps = plan.steps.iter().filter(|step| is_removed(step.verb));
    let removed: BTreeSet<Key> = steps.map(|step| step.key.clone()).collect();
    if removed.is_empty() {
        return Ok(());
    }
    let all = observation.state.files.keys().cloned().collect();
    let is_allowed = |key: &Key| ctx.settings.allow_delete.matches(key);
    guard(ctx.target.profile, &all, &removed, &is_allowed)
        .map_err(|stopped| OpsError::Guarded { stopped, in_store: false })
}

async fn carry_out(
    ctx: &Context<'_>,
    observation: Observation,
    plan: Plan,
    options: &PushOptions,
    accepted: Accepted,
) -> Result<PushReport, OpsError> {
    let landed = landed_updates(&observation);
    let previous = observation.recorded.journal.tip;
    let is_pending = observation.pending.is_some();
    if plan.steps.is_empty() {
        let journal = previous.filter(|_| is_pending);
        let written = Written { plan: &plan, applied: landed, journal };
        complete(ctx, &written, options).await?;
        return Ok(PushReport { plan, outcomes: Vec::new(), ending: Ending::Complete, accepted });
    }
    level::require_writable(ctx).await?;
    let journal = new_journal(ctx, &observation, &plan);
    let tip = match journal::open(ctx, previous, &journal).await {
        Err(OpsError::Git(GitError::RefMoved { .. })) => return Err(OpsError::Contended),
        other => other?,
    };
    let mut open = OpenJournal { journal, tip };
    let mut applied = apply(ctx, &observation, &plan, &mut open).await?;
    let outcomes = std::mem::take(&mut applied.outcomes);
    let updates = landed.into_iter().chain(applied.updates).collect();
    let written = Written { plan: &plan, applied: updates, journal: Some(open.tip) };
    let ending = ending(&outcomes);
    match ending {
        Ending::Interrupted => release(ctx, &open, &outcomes).await?,
        Ending::Refused => partly(ctx, &written, &outcomes, options).await?,
        Ending::Complete | Ending::DryRun => complete(ctx, &written, options).await?,
    }
    Ok(PushReport { plan, outcomes, ending, accepted })
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
    let intent = |number: usize, step: &crate::model::Step| Intent {
        verb: step.verb,
        new: step.new,
        put_id: PutId(format!("{session}-{number}")),
        left: left(observation, &step.key),
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

/// One key that stopped midway makes the whole push one to be run again; otherwise one that was
/// refused asks for a merge.
fn ending(outcomes: &[StepOutcome]) -> Ending {
    let any = |test: fn(&Outcome) -> bool| outcomes.iter().any(|step| test(&step.outcome));
    let is_refused = any(|outcome| *outcome == Outcome::Refused);
    let is_unknown = any(|outcome| matches!(outcome, Outcome::Unknown { .. }));
    let is_failed = any(|outcome| matches!(outcome, Outcome::Failed { .. } | Outcome::Skipped));
    match (is_unknown, is_refused, is_failed) {
        (true, ..) | (false, false, true) => Ending::Interrupted,
        (false, true, _) => Ending::Refused,
        (false, false, false) => Ending::Complete,
    }
}

/// What a push has written, on its way into git.
struct Written<'a> {
    plan: &'a Plan,
    applied: Updates,
    journal: Option<ObjectId>,
}

/// The store equals the commit: the tracking ref moves to it.
async fn complete(
    ctx: &Context<'_>,
    written: &Written<'_>,
    options: &PushOptions,
) -> Result<(), OpsError> {
    let recorded = recorded::read(ctx).await?;
    let mut pack = ctx.repository.begin_pack().await?;
    let mut edits = Vec::new();
    if recorded.tracking == written.plan.base {
        let mut state = State { tip: Some(written.plan.commit), ..State::of(&recorded) };
        for (key, update) in &written.applied {
            match update {
                Some(known) => state.manifest.insert(key.clone(), known.clone()),
                None => state.manifest.remove(key),
            };
        }
        let manifest = write_manifest(ctx, pack.as_mut(), &recorded, &state)?;
        edits = ref_edits(ctx, &recorded, &state, manifest);
    }
    finish(ctx, written, pack, edits, "push: complete", options).await
}

/// Somebody changed keys first: what they hold now is recorded, then what was written.
async fn partly(
    ctx: &Context<'_>,
    written: &Written<'_>,
    outcomes: &[StepOutcome],
    options: &PushOptions,
) -> Result<(), OpsError> {
    let recorded = recorded::read(ctx).await?;
    let mut pack = ctx.repository.begin_pack().await?;
    let mut edits = Vec::new();
    if recorded.tracking == written.plan.base {
        let state = foreign(ctx, &recorded, outcomes, pack.as_mut()).await?;
        let message = |_: &[_]| partial_message(ctx, written, outcomes);
        let now = ctx.clock.now();
        let state = state.advance(ctx, pack.as_mut(), &written.applied, now, message)?;
        let manifest = write_manifest(ctx, pack.as_mut(), &recorded, &state)?;
        edits = ref_edits(ctx, &recorded, &state, manifest);
    }
    finish(ctx, written, pack, edits, "push: refused in part", options).await
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

fn partial_message(ctx: &Context<'_>, written: &Written<'_>, outcomes: &[StepOutcome]) -> String {
    let applied = outcomes.iter().filter(|step| step.outcome == Outcome::Applied).count();
    format!(
        "store: {applied} of {} pushed objects\n\n{}\nPushed-Commit: {}\n",
        outcomes.len(),
        identity_line(ctx),
        written.plan.commit
    )
}

/// Publishes: tracking ref and manifest, the note, and the journal last, so that until then the
/// next run still knows that a push was under way.
async fn finish(
    ctx: &Context<'_>,
    written: &Written<'_>,
    mut pack: Box<dyn Pack + '_>,
    mut edits: Vec<RefEdit>,
    outcome: &str,
    options: &PushOptions,
) -> Result<(), OpsError> {
    if !written.applied.is_empty() {
        edits.push(note(ctx, pack.as_mut(), written, outcome, options).await?);
    }
    if let Some(journal) = written.journal {
        edits.push(journal::close(ctx, pack.as_mut(), journal, outcome)?);
    }
    if edits.is_empty() {
        return Ok(());
    }
    pack.finish().await?;
    move_refs(ctx, &edits).await
}

/// Each ref is independent of the others from here on: if somebody else moved the tracking ref
/// or added a note meanwhile, theirs stays, and the next fetch finds what was pushed.
async fn move_refs(ctx: &Context<'_>, edits: &[RefEdit]) -> Result<(), OpsError> {
    for edit in edits {
        match ctx.repository.update_refs(std::slice::from_ref(edit)).await {
            Err(error @ GitError::RefMoved { .. }) => ctx.progress.warn(&error.to_string()),
            other => other?,
        }
    }
    ctx.repository.barrier().await?;
    Ok(())
}

const NOTES: &str = "refs/notes/store";

/// Adds what happened to the commit's note, for `git log --notes=store`.
async fn note(
    ctx: &Context<'_>,
    pack: &mut dyn Pack,
    written: &Written<'_>,
    outcome: &str,
    options: &PushOptions,
) -> Result<RefEdit, OpsError> {
    let previous = ctx.repository.read_ref(NOTES).await?;
    let path = TreePath::from(written.plan.commit.to_string().as_str());
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
    text += &note_text(ctx, written, outcome, options);
    let blob = pack.blob(text.as_bytes())?;
    let tree = pack.tree(tree, &[(path, Some(blob))])?;
    let message = "push\n".to_owned();
    let parents = previous.into_iter().collect();
    let new = pack.commit(&NewCommit { tree, parents, time: ctx.clock.now(), message })?;
    Ok(RefEdit { name: NOTES.into(), expected: previous, new, reason: outcome.into() })
}

fn note_text(
    ctx: &Context<'_>,
    written: &Written<'_>,
    outcome: &str,
    options: &PushOptions,
) -> String {
    let time = ctx.clock.now().format("%Y-%m-%dT%H:%M:%SZ");
    let mut text = format!(
        "{outcome}\n{}\nPlan: {}\nBy: {}\nAt: {time}\n",
        identity_line(ctx),
        written.plan.digest(),
        options.actor,
    );
    let signs: BTreeMap<&Key, char> =
        written.plan.steps.iter().map(|step| (&step.key, step.verb.sign())).collect();
    for key in written.applied.keys() {
        text += &format!("{} {key}\n", signs.get(key).copied().unwrap_or('='));
    }
    text
}

/// Leaves the journal to the next run. When every answer is known, nothing can land any more,
/// so nobody needs to wait for the deadline.
async fn release(
    ctx: &Context<'_>,
    open: &OpenJournal,
    outcomes: &[StepOutcome],
) -> Result<(), OpsError> {
    let is_unknown = |step: &StepOutcome| matches!(step.outcome, Outcome::Unknown { .. });
    if outcomes.iter().any(is_unknown) {
        return Ok(());
    }
    let over = ctx.clock.now() - chrono::TimeDelta::seconds(1);
    let journal = Journal { deadline: over, ..open.journal.clone() };
    match journal::open(ctx, Some(open.tip), &journal).await {
        Err(OpsError::Git(GitError::RefMoved { .. })) => Ok(()),
        other => other.map(|_| ()),
    }
}
