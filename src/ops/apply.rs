//! Carrying out the steps of a plan.

use super::journal::{self, Journal};
use super::observe::Observation;
use super::{Context, OpsError, Phase};
use crate::engine::plan::rank;
use crate::git::GitError;
use crate::model::{
    Attributes, Failpoint, Key, Known, ObjectId, Outcome, Plan, Precondition, PutId, Step,
    StepOutcome, Timestamp, Token, Verb, Version, pointer,
};
use crate::store::settle::{Settled, Settlement, delete_settled, put_settled};
use crate::store::{StoreError, Upload};
use futures::{StreamExt, stream};
use std::collections::BTreeSet;

/// A journal that this session has opened.
pub struct OpenJournal {
    /// The journal.
    pub journal: Journal,
    /// What its ref points to.
    pub tip: ObjectId,
    /// Until when copies of its writes may arrive although the writes are settled.
    pub fence: Option<Timestamp>,
}

/// What applying a plan brought.
#[derive(Default)]
pub struct Applied {
    /// What became of each step, in the order of the plan.
    pub outcomes: Vec<StepOutcome>,
    /// What is now known of the keys that were written; `None`: deleted.
    pub updates: Vec<(Key, Option<Known>)>,
}

/// Applies the steps in waves: what others refer to is there before what refers to it.
pub async fn apply(
    ctx: &Context<'_>,
    observation: &Observation,
    plan: &Plan,
    open: &mut OpenJournal,
) -> Result<Applied, OpsError> {
    ctx.progress.begin(Phase::Writing, plan.steps.len() as u64);
    let mut applied = Applied::default();
    let mut halted = Halted::default();
    let waves = plan.steps.chunk_by(|one, other| wave(one) == wave(other));
    let chunks = waves.flat_map(|wave| wave.chunks(ctx.settings.concurrency.value));
    for steps in chunks {
        if !renew(ctx, open).await? {
            halted.all = true;
        }
        let wanted: Vec<&Step> = steps.iter().filter(|step| !halted.stops(ctx, step)).collect();
        let results = stream::iter(wanted).map(|step| write(ctx, observation, open, step));
        let results: Vec<Written> =
            results.buffered(ctx.settings.concurrency.value).collect().await;
        open.fence = results.iter().filter_map(|written| written.fence).chain(open.fence).max();
        applied.take(ctx, steps, results, &mut halted);
    }
    ctx.progress.end();
    Ok(applied)
}

fn wave(step: &Step) -> (bool, i8) {
    (step.verb == Verb::Delete, rank(&step.key, step.class))
}

/// What must not be tried any more.
#[derive(Default)]
struct Halted {
    all: bool,
    deletes: bool,
    clusters: BTreeSet<Option<Key>>,
}

impl Halted {
    /// A refused key holds what depends on it: the rest of its cluster, and every deletion.
    fn stops(&self, ctx: &Context<'_>, step: &Step) -> bool {
        let cluster = ctx.target.profile.cluster(&step.key);
        self.all
            || (self.deletes && step.verb == Verb::Delete)
            || (cluster.is_some() && self.clusters.contains(&cluster))
    }

    fn note(&mut self, ctx: &Context<'_>, step: &Step, outcome: &Outcome) {
        match outcome {
            Outcome::Applied | Outcome::Skipped => {}
            Outcome::Refused => {
                self.deletes = true;
                self.clusters.insert(ctx.target.profile.cluster(&step.key));
            }
            Outcome::Failed { .. } | Outcome::Unknown { .. } => self.all = true,
        }
    }
}

impl Applied {
    fn take(
        &mut self,
        ctx: &Context<'_>,
        steps: &[Step],
        results: Vec<Written>,
        halted: &mut Halted,
    ) {
        for step in steps {
            let result = results.iter().find(|written| written.key == step.key);
            let outcome = result.map_or(Outcome::Skipped, |written| written.outcome.clone());
            if outcome == Outcome::Applied {
                let known = result.and_then(|written| written.known.clone());
                self.updates.push((step.key.clone(), known));
            }
            halted.note(ctx, step, &outcome);
            self.outcomes.push(StepOutcome { key: step.key.clone(), verb: step.verb, outcome });
        }
    }
}

/// Moves the deadline on when half of the time has gone. Returns whether the journal is still
/// ours: after an oversleep another session may have taken over.
async fn renew(ctx: &Context<'_>, open: &mut OpenJournal) -> Result<bool, OpsError> {
    let now = ctx.clock.now();
    if now + ctx.settings.lifetime.value / 2 < open.journal.deadline {
        return Ok(true);
    }
    let renewed = Journal { deadline: now + ctx.settings.lifetime.value, ..open.journal.clone() };
    match journal::open(ctx, Some(open.tip), &renewed).await {
        Ok(tip) => {
            *open = OpenJournal { journal: renewed, tip, ..*open };
            Ok(true)
        }
        Err(OpsError::Git(GitError::RefMoved { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What became of one step.
struct Written {
    key: Key,
    outcome: Outcome,
    /// What is known of the object if it was put.
    known: Option<Known>,
    /// Until when a copy of the write may arrive.
    fence: Option<Timestamp>,
}

impl Written {
    /// A write that was not sent.
    fn unsent(step: &Step, outcome: Outcome) -> Self {
        Self { key: step.key.clone(), outcome, known: None, fence: None }
    }

    /// A write that was sent; `known` says what is known of an object in this version.
    fn sent(
        step: &Step,
        Settlement { settled, fence }: Settlement,
        known: impl FnOnce(Version) -> Option<Known>,
    ) -> Self {
        let (outcome, version) = outcome(settled);
        Self { key: step.key.clone(), outcome, known: version.and_then(known), fence }
    }
}

async fn write(
    ctx: &Context<'_>,
    observation: &Observation,
    open: &OpenJournal,
    step: &Step,
) -> Written {
    let deadline = open.journal.deadline;
    let put_id = open.journal.intent(&step.key).map(|intent| intent.put_id.clone());
    let written = match (step.new, &step.precondition, put_id) {
        (Some(blob), precondition, Some(put_id)) => {
            put(ctx, observation, step, blob, precondition, put_id, deadline).await
        }
        (None, Precondition::MustMatch(version), _) => {
            let settled = delete_settled(ctx.store, ctx.clock, &step.key, version, deadline).await;
            Written::sent(step, settled, |_| None)
        }
        _ => Written::unsent(step, Outcome::Failed { reason: "the plan is not complete".into() }),
    };
    Failpoint::ObjectWritten.reach();
    ctx.progress.step(0);
    written
}

async fn put(
    ctx: &Context<'_>,
    observation: &Observation,
    step: &Step,
    blob: ObjectId,
    precondition: &Precondition,
    put_id: PutId,
    deadline: Timestamp,
) -> Written {
    let upload = match upload(ctx, observation, step, blob, put_id).await {
        Ok(Some(upload)) => upload,
        Ok(None) => return Written::unsent(step, Outcome::Refused),
        Err(error) => {
            return Written::unsent(step, Outcome::Failed { reason: error.to_string() });
        }
    };
    let settled =
        put_settled(ctx.store, ctx.clock, &step.key, &upload, precondition, deadline).await;
    Written::sent(step, settled, |version| {
        let (version, attributes) = (Token::Plain(version), Some(upload.attributes));
        Some(Known { version, blob, attributes, pushed: true })
    })
}

/// What is to be sent; `None`: the object is not the one that was seen any more.
async fn upload(
    ctx: &Context<'_>,
    observation: &Observation,
    step: &Step,
    blob: ObjectId,
    put_id: PutId,
) -> Result<Option<Upload>, OpsError> {
    let bytes = ctx.repository.blob(blob).await?;
    if pointer::is_pointer(&bytes) {
        let reason = "a pointer stands for content in the store and is never written there";
        return Err(OpsError::State(reason.into()));
    }
    let Some(attributes) = attributes(ctx, observation, step).await? else {
        return Ok(None);
    };
    Ok(Some(Upload { bytes: bytes.into(), attributes, put_id }))
}

/// What the object already has beside its content. It is asked for only if no reply said it.
async fn attributes(
    ctx: &Context<'_>,
    observation: &Observation,
    step: &Step,
) -> Result<Option<Attributes>, StoreError> {
    let Precondition::MustMatch(version) = &step.precondition else {
        return Ok(Some(Attributes::default()));
    };
    let known = observation.state.manifest.get(&step.key);
    if let Some(attributes) = known.and_then(|known| known.attributes.clone()) {
        return Ok(Some(attributes));
    }
    let info = ctx.store.head(&step.key).await?;
    Ok(info.filter(|info| info.version == *version).map(|info| info.attributes))
}

fn outcome(settled: Settled) -> (Outcome, Option<Version>) {
    match settled {
        Settled::Applied(version) => (Outcome::Applied, Some(version)),
        Settled::Refused => (Outcome::Refused, None),
        Settled::Failed(error) => (Outcome::Failed { reason: error.to_string() }, None),
        Settled::Unknown(reason) => (Outcome::Unknown { reason }, None),
    }
}
