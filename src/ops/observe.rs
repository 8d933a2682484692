//! Finding out what the store holds, and writing it down.
//!
//! The heart of `fetch`, and the first step of `push`: list, compare versions with the
//! manifest, look only at what changed, and write a commit behind the last observed one. No
//! ref is moved here.

use super::look::{self, Seen, present_as_known};
use super::pending::{JournalStatus, Pending, journal_status, pending, settle_journal};
use super::recorded::{self, Recorded, identity_line};
use super::state::{State, Updates, write_manifest};
use super::{Context, OpsError, Phase};
use crate::config::Mode;
use crate::engine::compare::{Comparison, compare};
use crate::engine::files::Files;
use crate::engine::guard::{Stopped, guard};
use crate::git::Pack;
use crate::model::pointer::Reason;
use crate::model::{
    Change, Failpoint, Key, Known, Listing, ObjectId, RefEdit, Timestamp, Verb, Version,
};
use futures::join;
use std::collections::{BTreeMap, BTreeSet};

/// What was found out about a store, written to the repository but not published yet.
#[derive(Debug)]
#[must_use = "an observation is lost unless its refs are moved"]
pub struct Observation {
    /// What git had recorded before.
    pub recorded: Recorded,
    /// The store's keys, without those that are not mirrored.
    pub listing: Listing,
    /// The state that is to be published.
    pub state: State,
    /// What changed in comparison to what was recorded.
    pub changes: Vec<Change>,
    /// Keys that somebody changed after a push had written them.
    pub overwritten: Vec<Key>,
    /// Keys that changed and whose content stays in the store.
    pub withheld: Vec<(Key, Reason)>,
    /// An interrupted or running push.
    pub pending: Option<Pending>,
    /// The refs to move, in this order.
    pub edits: Vec<RefEdit>,
}

impl Observation {
    /// What the journal's ref points to when the refs of this observation were moved.
    pub fn journal_tip(&self, ctx: &Context<'_>) -> Option<ObjectId> {
        let name = ctx.target.journal_ref();
        let edit = self.edits.iter().find(|edit| edit.name == name);
        edit.map(|edit| edit.new).or(self.recorded.journal.tip)
    }
}

/// How often the store is looked at again because a push began meanwhile.
const ATTEMPTS: usize = 5;

/// Finds out what the store holds.
///
/// # Errors
/// [`OpsError::Contended`] when one push after another begins while the store is looked at.
pub async fn observe(ctx: &Context<'_>) -> Result<Observation, OpsError> {
    for _ in 0..ATTEMPTS {
        if let Some(observation) = look_once(ctx).await? {
            return Ok(observation);
        }
    }
    Err(OpsError::Contended)
}

/// Looks at the store once. `None`: a push has begun or ended since the journal was read, so
/// what was seen of its keys could pass for somebody else's.
async fn look_once(ctx: &Context<'_>) -> Result<Option<Observation>, OpsError> {
    let tips = recorded::tips(ctx).await?;
    let status = journal_status(ctx, &tips.journal).await?;
    ctx.progress.begin(Phase::Listing, 0);
    // The store is asked first, and git is read while it answers.
    let (listing, recorded) = join!(ctx.store.list(), recorded::read_from(ctx, tips));
    ctx.progress.end();
    let recorded = recorded?;
    let listing = mirrored(ctx, listing?);
    let comparison = differences(ctx, &recorded, &listing, &status).await?;
    let mut pack = ctx.repository.begin_pack().await?;
    let found = look_at_all(ctx, &recorded, &comparison, &listing, &status, pack.as_mut()).await?;
    if ctx.repository.read_ref(&ctx.target.journal_ref()).await? != recorded.journal.tip {
        return Ok(None);
    }
    guard_removals(ctx, &recorded, &found.updates)?;
    record(ctx, recorded, listing, status, found, pack).await.map(Some)
}

/// Leaves out keys that are not mirrored.
fn mirrored(ctx: &Context<'_>, mut listing: Listing) -> Listing {
    let modes = &ctx.settings.modes;
    listing.retain(|key, _| modes.mode(ctx.target.profile, key) != Mode::Ignore);
    listing
}

async fn differences(
    ctx: &Context<'_>,
    recorded: &Recorded,
    listing: &Listing,
    status: &JournalStatus,
) -> Result<Comparison, OpsError> {
    let mode = |key: &Key| ctx.settings.modes.mode(ctx.target.profile, key);
    let files: BTreeMap<Key, ObjectId> = recorded
        .files
        .iter()
        .filter(|(key, _)| mode(key) != Mode::Ignore)
        .map(|(key, file)| (key.clone(), file.blob))
        .collect();
    let is_expected = |key: &Key| ctx.settings.allow_delete.matches(key) || status.deletes(key);
    if listing.is_empty() && !files.keys().all(is_expected) {
        return Err(OpsError::EmptyListing { recorded: files.len() });
    }
    let secret = ctx.repository.local_secret().await?;
    let fingerprint = |version: &Version| look::fingerprint(&secret, version);
    let mut comparison = compare(listing, &files, &recorded.manifest, &fingerprint);
    if let JournalStatus::Live(journal) = status {
        comparison.changed.retain(|key| journal.intent(key).is_none());
        comparison.missing.retain(|key| journal.intent(key).is_none());
    }
    if let JournalStatus::Interrupted(journal) = status {
        // A listing is only a hint, and what is ours is decided once.
        let is_new = |key: &Key| {
            ![&comparison.changed, &comparison.missing].iter().any(|keys| keys.contains(key))
        };
        let more: Vec<Key> = journal.keys().into_iter().filter(is_new).collect();
        comparison.changed.extend(more);
    }
    Ok(comparison)
}

/// What looking at the changed keys brought.
#[derive(Default)]
struct Found {
    updates: Updates,
    newest: Option<Timestamp>,
    withheld: Vec<(Key, Reason)>,
    landed: BTreeMap<Key, Option<(Known, Version)>>,
}

async fn look_at_all(
    ctx: &Context<'_>,
    recorded: &Recorded,
    comparison: &Comparison,
    listing: &Listing,
    status: &JournalStatus,
    pack: &mut dyn Pack,
) -> Result<Found, OpsError> {
    let keys: Vec<Key> = comparison.changed.iter().chain(&comparison.missing).cloned().collect();
    let mut found = Found::default();
    look::look(ctx, recorded, &keys, listing, &mut |seen| found.take(recorded, status, pack, seen))
        .await?;
    found.withheld.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

impl Found {
    fn take(
        &mut self,
        recorded: &Recorded,
        status: &JournalStatus,
        pack: &mut dyn Pack,
        seen: Seen,
    ) -> Result<(), OpsError> {
        let blob = seen.present.as_ref().map(|present| present.blob);
        let is_ours = status.is_intended(&seen.key, blob);
        if let JournalStatus::Interrupted(_) = status
            && is_ours
        {
            let landed =
                seen.present.map(|present| (present_as_known(&present, true), present.version));
            self.landed.insert(seen.key, landed);
            return Ok(());
        }
        let Some(present) = seen.present else {
            self.updates.insert(seen.key, None);
            return Ok(());
        };
        if recorded.files.get(&seen.key).is_none_or(|file| file.blob != present.blob) {
            pack.blob(&present.bytes)?;
            self.newest = self.newest.max(Some(present.modified));
            self.withheld.extend(present.withheld.map(|reason| (seen.key.clone(), reason)));
        }
        self.updates.insert(seen.key, Some(present_as_known(&present, is_ours)));
        Ok(())
    }
}

fn guard_removals(
    ctx: &Context<'_>,
    recorded: &Recorded,
    updates: &Updates,
) -> Result<(), OpsError> {
    let is_removed = |key: &&Key| matches!(updates.get(*key), Some(None));
    let removed = recorded.files.keys().filter(is_removed).cloned().collect();
    require_word(ctx, &recorded.files, &removed)
        .map_err(|stopped| OpsError::Guarded { stopped, in_store: true })
}

/// Stops deletions that need a word and have none.
pub(super) fn require_word(
    ctx: &Context<'_>,
    files: &Files,
    removed: &BTreeSet<Key>,
) -> Result<(), Stopped> {
    if removed.is_empty() {
        return Ok(());
    }
    let all = files.keys().cloned().collect();
    let is_allowed = |key: &Key| ctx.settings.allow_delete.matches(key);
    guard(ctx.target.profile, &all, removed, &is_allowed)
}

async fn record(
    ctx: &Context<'_>,
    recorded: Recorded,
    listing: Listing,
    mut status: JournalStatus,
    found: Found,
    mut pack: Box<dyn Pack + '_>,
) -> Result<Observation, OpsError> {
    let before = State::of(&recorded);
    let changes = before.changes(&found.updates, ctx.target.profile);
    let overwritten = overwritten(&recorded, &changes);
    let time = found.newest.unwrap_or_else(|| ctx.clock.now());
    let message = |changes: &[Change]| message(ctx, changes, &overwritten, before.tip.is_none());
    let state = before.advance(ctx, pack.as_mut(), &found.updates, time, message)?;
    let manifest = write_manifest(ctx, pack.as_mut(), &recorded, &state)?;
    let mut edits = ref_edits(ctx, &recorded, &state, manifest);
    let journal = settle_journal(ctx, pack.as_mut(), &recorded, &mut status, &found.landed)?;
    // Before the tracking ref: what is not ours must not become ours after a crash between them.
    edits.splice(..0, journal);
    if !edits.is_empty() {
        pack.finish().await?;
        Failpoint::ObservationPacked.reach();
    }
    let pending = pending(status, found.landed);
    let withheld = found.withheld;
    Ok(Observation { recorded, listing, state, changes, overwritten, withheld, pending, edits })
}

/// The refs to move: the tracking ref first, because a manifest that is behind costs a
/// download, while the entries of one that is ahead do not count.
pub(super) fn ref_edits(
    ctx: &Context<'_>,
    recorded: &Recorded,
    state: &State,
    manifest: Option<ObjectId>,
) -> Vec<RefEdit> {
    let edit = |name: String, expected: Option<ObjectId>, new: Option<ObjectId>| {
        let new = new.filter(|new| expected != Some(*new))?;
        Some(RefEdit { name, expected, new, reason: "store: observed".into() })
    };
    let tracking = edit(ctx.target.tracking_ref(), recorded.tracking, state.tip);
    let manifest = edit(ctx.target.manifest_ref(), recorded.manifest_tip, manifest);
    tracking.into_iter().chain(manifest).collect()
}

fn overwritten(recorded: &Recorded, changes: &[Change]) -> Vec<Key> {
    let was_pushed = |key: &Key| recorded.manifest.get(key).is_some_and(|known| known.pushed);
    changes.iter().map(|change| &change.key).filter(|key| was_pushed(key)).cloned().collect()
}

/// The message of an observation: a subject, and trailers for machines.
pub(super) fn message(
    ctx: &Context<'_>,
    changes: &[Change],
    overwritten: &[Key],
    is_first: bool,
) -> String {
    let count = |verb| changes.iter().filter(|change| change.verb == verb).count();
    let (added, changed, removed) = (count(Verb::Create), count(Verb::Update), count(Verb::Delete));
    let subject = match changes {
        _ if is_first => format!("store: first observation, {added} objects"),
        [only] => format!("store: {} {}", past(only.verb), only.key),
        _ => format!("store: {added} added, {changed} changed, {removed} removed"),
    };
    let mut message = format!(
        "{subject}\n\n{}\nAdded: {added}\nChanged: {changed}\nRemoved: {removed}\n",
        identity_line(ctx)
    );
    for key in overwritten {
        message += &format!("Overwrites-Pushed: {key}\n");
    }
    message
}

fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "added",
        Verb::Update => "changed",
        Verb::Delete => "removed",
    }
}
