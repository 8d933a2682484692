//! What git has recorded of a store: tracking commit, its files, manifest, journal.

use super::journal::{self, JournalState};
use super::{Context, OpsError};
use crate::engine::files::Files;
use crate::engine::plan::File;
use crate::git::{GitError, TreeEntry};
use crate::model::manifest::read_table;
use crate::model::{Manifest, ObjectId, Timestamp};

/// What git has recorded of a store.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The tracking commit.
    pub tracking: Option<ObjectId>,
    /// Its tree.
    pub tree: Option<ObjectId>,
    /// When it was committed.
    pub time: Option<Timestamp>,
    /// The keys of its tree.
    pub files: Files,
    /// The versions that belong to it; empty if they were lost.
    pub manifest: Manifest,
    /// What the manifest's ref points to.
    pub manifest_tip: Option<ObjectId>,
    /// The tree of the manifest, unless it was damaged.
    pub manifest_tree: Option<ObjectId>,
    /// The first commit of the tracking ref's history, as the manifest names it.
    pub lineage: Option<ObjectId>,
    /// Where the journal stands.
    pub journal: JournalState,
}

/// What the refs point to. What is reached from there never changes.
pub(super) struct Tips {
    tracking: Option<ObjectId>,
    manifest: Option<ObjectId>,
    /// Where the journal stands.
    pub(super) journal: JournalState,
}

/// Reads everything that git has recorded of the store, and refuses another store's.
pub async fn read(ctx: &Context<'_>) -> Result<Recorded, OpsError> {
    read_from(ctx, tips(ctx).await?).await
}

/// Reads the refs and the journal.
pub(super) async fn tips(ctx: &Context<'_>) -> Result<Tips, OpsError> {
    Ok(Tips {
        tracking: ctx.repository.read_ref(&ctx.target.tracking_ref()).await?,
        journal: journal::read(ctx).await?,
        manifest: ctx.repository.read_ref(&ctx.target.manifest_ref()).await?,
    })
}

/// As [`read`], from what the refs pointed to.
pub(super) async fn read_from(ctx: &Context<'_>, tips: Tips) -> Result<Recorded, OpsError> {
    let mut recorded = Recorded {
        tracking: tips.tracking,
        manifest_tip: tips.manifest,
        journal: tips.journal,
        ..Recorded::default()
    };
    if let Some(tracking) = recorded.tracking {
        let commit = ctx.repository.commit(tracking).await?;
        recorded.files = files_of(ctx, commit.tree).await?;
        recorded.tree = Some(commit.tree);
        recorded.time = Some(commit.time);
    }
    read_manifest(ctx, &mut recorded).await?;
    Ok(recorded)
}

/// The keys of a tree; the repository's own files are left out.
pub async fn files_of(ctx: &Context<'_>, tree: ObjectId) -> Result<Files, OpsError> {
    let mut files = Files::new();
    for (path, entry) in ctx.repository.files(tree).await? {
        let Some(key) = ctx.target.key_of(&path)? else {
            continue;
        };
        if entry.mode != TreeEntry::REGULAR {
            let reason = format!("'{path}' is no ordinary file (mode {:o})", entry.mode);
            return Err(OpsError::State(reason));
        }
        files.insert(key, File { path, blob: entry.id });
    }
    Ok(files)
}

async fn read_manifest(ctx: &Context<'_>, recorded: &mut Recorded) -> Result<(), OpsError> {
    let Some(tip) = recorded.manifest_tip else {
        return check_identity_of_history(ctx, recorded.tracking).await;
    };
    let commit = ctx.repository.commit(tip).await?;
    if let Some(tracking) = recorded.tracking {
        check_identity(ctx, &commit.message)?;
        recorded.lineage = lineage(&commit.message);
        check_lineage(ctx, recorded.lineage, tracking).await?;
    }
    match read_tables(ctx, commit.tree).await {
        Ok(manifest) => {
            recorded.manifest = manifest;
            recorded.manifest_tree = Some(commit.tree);
        }
        Err(OpsError::Git(error @ (GitError::Damaged(_) | GitError::Other(_)))) => {
            ctx.progress.warn(&format!("the manifest is lost and will be made again: {error}"));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn read_tables(ctx: &Context<'_>, tree: ObjectId) -> Result<Manifest, OpsError> {
    let mut manifest = Manifest::new();
    for (path, entry) in ctx.repository.files(tree).await? {
        let table = ctx.repository.blob(entry.id).await?;
        read_table(&mut manifest, &String::from_utf8_lossy(&table))
            .map_err(|error| GitError::Damaged(format!("{path}: {error}")))?;
    }
    Ok(manifest)
}

/// The line of a message that says which store it is about.
pub(super) fn identity_line(ctx: &Context<'_>) -> String {
    format!("Store: {}", ctx.store.identity())
}

/// The line of a manifest's message that says with which commit the history begins.
pub(super) fn lineage_line(first: ObjectId) -> String {
    format!("Lineage: {first}")
}

fn lineage(message: &str) -> Option<ObjectId> {
    message.lines().find_map(|line| line.strip_prefix("Lineage: "))?.parse().ok()
}

/// A tracking ref that somebody has put onto another history remembers another store, or none.
async fn check_lineage(
    ctx: &Context<'_>,
    lineage: Option<ObjectId>,
    tracking: ObjectId,
) -> Result<(), OpsError> {
    let Some(first) = lineage else { return Ok(()) };
    if ctx.repository.is_ancestor(first, tracking).await? {
        return Ok(());
    }
    Err(OpsError::OtherStore {
        tracking: ctx.target.tracking_ref(),
        recorded: format!("a history that does not begin with {}", first.short()),
        found: ctx.store.identity().to_string(),
    })
}

fn check_identity(ctx: &Context<'_>, message: &str) -> Result<(), OpsError> {
    let recorded = message.lines().find_map(|line| line.strip_prefix("Store: "));
    let found = ctx.store.identity().to_string();
    match recorded {
        Some(recorded) if recorded != found => Err(OpsError::OtherStore {
            tracking: ctx.target.tracking_ref(),
            recorded: recorded.to_owned(),
            found,
        }),
        _ => Ok(()),
    }
}

/// Without a manifest, the newest commit that names a store decides. Pushed commits name none.
async fn check_identity_of_history(
    ctx: &Context<'_>,
    tracking: Option<ObjectId>,
) -> Result<(), OpsError> {
    const FAR_ENOUGH: usize = 1000;
    let mut next = tracking;
    for _ in 0..FAR_ENOUGH {
        let Some(id) = next else { return Ok(()) };
        let commit = ctx.repository.commit(id).await?;
        if commit.message.lines().any(|line| line.starts_with("Store: ")) {
            return check_identity(ctx, &commit.message);
        }
        next = commit.parents.first().copied();
    }
    Ok(())
}
