//! `verify`: does the store equal a commit? Asked from scratch, without any cache.

use super::{Context, OpsError, Phase, recorded};
use crate::config::Mode;
use crate::engine::files::Files;
use crate::model::{Entry, Key, ObjectId, pointer};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use std::collections::BTreeSet;

/// How the store differs from the commit at one key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// The commit has it, the store has not.
    Missing,
    /// The store has it, the commit has not.
    Extra,
    /// Both have it, with different bytes.
    Content,
}

/// What verifying found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Verification {
    /// Keys whose content was compared by the digest that the store gives.
    pub by_digest: usize,
    /// Keys whose content was downloaded and compared byte by byte.
    pub by_content: usize,
    /// Keys whose content is not in git; it was only seen that they are there.
    pub pointers: usize,
    /// Keys that differ.
    pub differences: Vec<(Key, Difference)>,
}

/// Compares the store with a commit. `deep` downloads everything that git has the bytes of.
pub async fn verify(
    ctx: &Context<'_>,
    commit: ObjectId,
    deep: bool,
) -> Result<Verification, OpsError> {
    let tree = ctx.repository.commit(commit).await?.tree;
    let is_mirrored = |key: &Key| ctx.settings.modes.mode(ctx.target.profile, key) != Mode::Ignore;
    let mut files = recorded::files_of(ctx, tree).await?;
    files.retain(|key, _| is_mirrored(key));
    ctx.progress.begin(Phase::Listing, 0);
    let mut listing = ctx.store.list().await?;
    ctx.progress.end();
    listing.retain(|key, _| is_mirrored(key));
    let keys: BTreeSet<&Key> = files.keys().chain(listing.keys()).collect();
    ctx.progress.begin(Phase::Verifying, keys.len() as u64);
    let looks = stream::iter(keys).map(|key| compare(ctx, key, &files, listing.get(key), deep));
    let mut results = looks.buffered(ctx.settings.concurrency.value);
    let mut verification = Verification::default();
    while let Some((key, result)) = results.try_next().await? {
        verification.add(key, result);
    }
    ctx.progress.end();
    Ok(verification)
}

enum Compared {
    Digest,
    Content,
    Pointer,
    Differs(Difference),
}

impl Verification {
    fn add(&mut self, key: Key, compared: Compared) {
        match compared {
            Compared::Digest => self.by_digest += 1,
            Compared::Content => self.by_content += 1,
            Compared::Pointer => self.pointers += 1,
            Compared::Differs(difference) => self.differences.push((key, difference)),
        }
    }
}

async fn compare(
    ctx: &Context<'_>,
    key: &Key,
    files: &Files,
    entry: Option<&Entry>,
    deep: bool,
) -> Result<(Key, Compared), OpsError> {
    let compared = match (files.get(key), entry) {
        (None, _) => Compared::Differs(Difference::Extra),
        // The listing is only a hint, here as anywhere.
        (Some(file), entry) => {
            let bytes = ctx.repository.blob(file.blob).await?;
            compare_content(ctx, key, &bytes, entry, deep).await?
        }
    };
    ctx.progress.step(0);
    Ok((key.clone(), compared))
}

async fn compare_content(
    ctx: &Context<'_>,
    key: &Key,
    bytes: &[u8],
    entry: Option<&Entry>,
    deep: bool,
) -> Result<Compared, OpsError> {
    if pointer::is_pointer(bytes) {
        let is_there = entry.is_some() || ctx.store.head(key).await?.is_some();
        let missing = Compared::Differs(Difference::Missing);
        return Ok(if is_there { Compared::Pointer } else { missing });
    }
    let digest = entry.and_then(|entry| entry.version.content_digest());
    if !deep && digest.is_some_and(|digest| digest.matches(bytes)) {
        return Ok(Compared::Digest);
    }
    Ok(match ctx.store.get(key).await? {
        None => Compared::Differs(Difference::Missing),
        Some(object) if object.bytes == bytes => Compared::Content,
        Some(_) => Compared::Differs(Difference::Content),
    })
}
