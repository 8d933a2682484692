//! The versions that a store keeps, as commits: what a history would have been like, had git been
//! there from the beginning. The first fetch goes on from there.

use super::look::{look_at_kept, present_as_known};
use super::observe::{message, ref_edits};
use super::recorded::{self, Recorded};
use super::state::{State, Updates, write_manifest};
use super::{Context, OpsError, Phase};
use crate::config::Mode;
use crate::engine::history::{Group, groups};
use crate::git::Pack;
use crate::model::{Kept, Key, Timestamp};
use futures::{StreamExt, TryStreamExt, stream};

/// Writes a commit for each group of versions, and moves the tracking ref to the last; returns
/// how many.
///
/// # Errors
/// [`OpsError::State`] where something was observed before, and what the store says, such as that
/// it keeps no versions.
pub async fn import(ctx: &Context<'_>) -> Result<usize, OpsError> {
    let recorded = recorded::read(ctx).await?;
    if recorded.tracking.is_some() {
        let name = ctx.target.tracking_ref();
        return Err(OpsError::State(format!("{name} has a history already")));
    }
    ctx.progress.begin(Phase::Listing, 0);
    let mut history = ctx.store.history().await?;
    ctx.progress.end();
    history.retain(|key, _| ctx.settings.modes.mode(ctx.target.profile, key) != Mode::Ignore);
    let versions: usize = history.values().map(Vec::len).sum();
    ctx.progress.begin(Phase::Reading, versions as u64);
    let mut pack = ctx.repository.begin_pack().await?;
    let (mut state, mut commits) = (State::default(), 0);
    for group in groups(history) {
        let before = state.tip;
        state = record(ctx, &state, &group, pack.as_mut()).await?;
        commits += usize::from(state.tip != before);
    }
    ctx.progress.end();
    publish(ctx, &recorded, &state, pack).await?;
    Ok(commits)
}

/// One commit behind `state`.
async fn record(
    ctx: &Context<'_>,
    state: &State,
    group: &Group,
    pack: &mut dyn Pack,
) -> Result<State, OpsError> {
    let secret = &ctx.repository.local_secret().await?;
    let looks = stream::iter(group).map(|(key, kept)| async move {
        let present = look_at_kept(ctx, key, kept, secret).await?;
        ctx.progress.step(present.as_ref().map_or(0, |present| present.bytes.len() as u64));
        Ok::<_, OpsError>((key, kept, present))
    });
    let mut seen = looks.buffered(ctx.settings.concurrency.value);
    let mut updates = Updates::new();
    while let Some((key, kept, present)) = seen.try_next().await? {
        match present {
            Some(present) => {
                pack.blob(&present.bytes)?;
                updates.insert(key.clone(), Some(present_as_known(&present, false)));
            }
            // A version that is gone by now, as one that has expired, is left out.
            None if kept.version.is_some() => {}
            None => drop(updates.insert(key.clone(), None)),
        }
    }
    drop(seen);
    let is_first = state.tip.is_none();
    let message = |changes: &[_]| message(ctx, changes, &[], is_first);
    state.advance(ctx, pack, &updates, newest(group), message)
}

fn newest(group: &[(Key, Kept)]) -> Timestamp {
    group.iter().map(|(_, kept)| kept.modified).max().unwrap_or_default()
}

async fn publish(
    ctx: &Context<'_>,
    recorded: &Recorded,
    state: &State,
    mut pack: Box<dyn Pack + '_>,
) -> Result<(), OpsError> {
    let manifest = write_manifest(ctx, pack.as_mut(), recorded, state)?;
    let edits = ref_edits(ctx, recorded, state, manifest);
    if edits.is_empty() {
        return Ok(());
    }
    pack.finish().await?;
    ctx.repository.update_refs(&edits).await?;
    ctx.repository.barrier().await?;
    Ok(())
}
