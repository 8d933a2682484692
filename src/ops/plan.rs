//! `plan`: what a push would write.

use super::observe::Observation;
use super::{Context, OpsError};
use crate::config::Mode;
use crate::engine::plan::{Candidate, File, plan as plan_steps};
use crate::git::{TreeChange, TreeEntry};
use crate::model::{Key, ObjectId, Plan, Token, Version};
use std::collections::BTreeMap;

/// Plans the push of a commit onto an observed store. Nothing is written.
///
/// # Errors
/// [`OpsError::NotFastForward`] when the store holds something that the commit has not seen.
pub async fn plan(
    ctx: &Context<'_>,
    observation: &Observation,
    commit: ObjectId,
) -> Result<Plan, OpsError> {
    require_fast_forward(ctx, observation, commit).await?;
    let tree = ctx.repository.commit(commit).await?.tree;
    let changes = ctx.repository.diff(observation.state.tree, Some(tree)).await?;
    let candidates = candidates(ctx, observation, &changes)?;
    let steps = plan_steps(&candidates, ctx.target.profile).map_err(|moved| {
        let keys = moved.into_iter().map(|moved| moved.0).collect();
        not_fast_forward(observation, commit, keys)
    })?;
    Ok(Plan {
        base: observation.state.tip,
        commit,
        store: ctx.store.identity().to_string(),
        level: super::level::cached(ctx).map(|capabilities| capabilities.level()),
        steps,
    })
}

async fn require_fast_forward(
    ctx: &Context<'_>,
    observation: &Observation,
    commit: ObjectId,
) -> Result<(), OpsError> {
    let tips = [observation.state.tip, in_flight_commit(observation)];
    for tip in tips.into_iter().flatten() {
        if !ctx.repository.is_ancestor(tip, commit).await? {
            let keys = observation.changes.iter().map(|change| change.key.clone()).collect();
            return Err(not_fast_forward(observation, commit, keys));
        }
    }
    Ok(())
}

/// A commit of which something has landed: whoever pushes has to contain it.
fn in_flight_commit(observation: &Observation) -> Option<ObjectId> {
    let pending = observation.pending.as_ref().filter(|pending| !pending.landed.is_empty())?;
    Some(pending.journal.commit)
}

fn not_fast_forward(observation: &Observation, commit: ObjectId, keys: Vec<Key>) -> OpsError {
    let tracking = observation.state.tip.unwrap_or(commit);
    OpsError::NotFastForward { branch: commit.short(), tracking, keys }
}

/// The keys that differ, with all three values.
fn candidates(
    ctx: &Context<'_>,
    observation: &Observation,
    changes: &[TreeChange],
) -> Result<Vec<Candidate>, OpsError> {
    let mut sides: BTreeMap<Key, (Option<File>, Option<File>)> = BTreeMap::new();
    for change in changes {
        let Some(key) = ctx.target.key_of(&change.path)? else {
            continue;
        };
        let entry = sides.entry(key).or_default();
        if let Some(old) = change.old {
            entry.0 = Some(File { path: change.path.clone(), blob: old.id });
        }
        if let Some(new) = change.new {
            require_regular(change, new)?;
            entry.1 = Some(File { path: change.path.clone(), blob: new.id });
        }
    }
    rebase_landed(ctx, observation, &mut sides);
    let differing = sides.into_iter().filter(|(_, (base, git))| {
        base.as_ref().map(|file| file.blob) != git.as_ref().map(|file| file.blob)
    });
    differing.map(|(key, (base, git))| candidate(ctx, observation, key, base, git)).collect()
}

/// What an interrupted push has written counts as seen: the commit that is pushed contains it,
/// and may have moved on from it, or back.
fn rebase_landed(
    ctx: &Context<'_>,
    observation: &Observation,
    sides: &mut BTreeMap<Key, (Option<File>, Option<File>)>,
) {
    let landed = observation.pending.iter().flat_map(|pending| &pending.landed);
    for (key, value) in landed {
        let (base, _) = sides.entry(key.clone()).or_insert_with(|| {
            let unchanged = observation.state.files.get(key).cloned();
            (unchanged.clone(), unchanged)
        });
        let path = base.as_ref().map(|file| file.path.clone());
        let path = path.unwrap_or_else(|| ctx.target.path_of(key, false));
        *base = value.as_ref().map(|(known, _)| File { path, blob: known.blob });
    }
}

fn require_regular(change: &TreeChange, entry: TreeEntry) -> Result<(), OpsError> {
    if entry.mode == TreeEntry::REGULAR {
        return Ok(());
    }
    let path = &change.path;
    Err(OpsError::State(format!("'{path}' is no ordinary file (mode {:o})", entry.mode)))
}

fn candidate(
    ctx: &Context<'_>,
    observation: &Observation,
    key: Key,
    base: Option<File>,
    git: Option<File>,
) -> Result<Candidate, OpsError> {
    if ctx.settings.modes.mode(ctx.target.profile, &key) == Mode::Ignore {
        return Err(OpsError::State(format!("'{key}' is not mirrored, so it cannot be pushed")));
    }
    let landed = observation.pending.as_ref().and_then(|pending| pending.landed.get(&key));
    let store = match (landed, &base) {
        (Some(None), _) => None,
        (Some(Some((known, version))), _) => Some((known.blob, version.clone())),
        (None, Some(file)) => Some((file.blob, version_of(observation, &key)?)),
        (None, None) => None,
    };
    let known = observation.state.manifest.get(&key);
    let is_withheld = known.is_some_and(|known| matches!(known.version, Token::Keyed(_)));
    Ok(Candidate { key, base, git, store, is_withheld })
}

/// The version that belongs to the observed content: where the manifest may say it, that of
/// the reply that brought the content, which can be newer than the listing.
fn version_of(observation: &Observation, key: &Key) -> Result<Version, OpsError> {
    let known = observation.state.manifest.get(key).map(|known| &known.version);
    match (known, observation.listing.get(key)) {
        (Some(Token::Plain(version)), _) => Ok(version.clone()),
        (_, Some(entry)) => Ok(entry.version.clone()),
        _ => Err(OpsError::State(format!("the version of '{key}' is not known"))),
    }
}
