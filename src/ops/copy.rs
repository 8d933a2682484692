//! `copy`: the objects of one store to another, store to store. Nothing goes through git.
//!
//! Objects are created, and replaced only if that is asked for; each is compared with what was
//! read. Running it again goes on: what is there already is passed over.

use super::{Entropy, OpsError, Phase, Progress, level};
use crate::engine::copying::{Known, attributes_of_copy, changed, compare};
use crate::model::{Key, Listing, Object, Precondition, PutId, Version};
use crate::store::careful::Careful;
use crate::store::settle::{Settled, put_settled};
use crate::store::{Clock, Store, Upload};
use chrono::TimeDelta;
use futures::{StreamExt, join, stream};
use serde::Serialize;

/// How long one write may take.
const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// Two stores, and what copying needs beside them.
#[derive(Clone, Copy)]
pub struct Copying<'a> {
    /// Where objects come from; it is only read.
    pub from: &'a dyn Store,
    /// Where they go to.
    pub to: &'a dyn Store,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Who watches.
    pub progress: &'a dyn Progress,
    /// Objects under way at once.
    pub concurrency: usize,
}

/// How it is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct CopyOptions {
    /// Replace objects of the target that have other content.
    pub update: bool,
    /// Look only.
    pub dry_run: bool,
    /// Write to a target of level C.
    pub accept_races: bool,
}

/// What became of one object.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Copied {
    /// It was created, or would be.
    Created,
    /// It replaced other content, or would.
    Updated,
    /// It was there already.
    Same,
    /// The target has other content, which stays.
    Different,
    /// It was deleted in the source meanwhile.
    Gone,
    /// Somebody wrote to the target first.
    Refused,
    /// It could not be copied.
    Failed {
        /// Why.
        reason: String,
    },
}

/// What a copy did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CopyReport {
    /// Each key of the source with its size, and what became of it.
    pub objects: Vec<(Key, u64, Copied)>,
    /// Keys of the source that somebody changed while it was copied.
    pub changed: Vec<Key>,
}

/// Copies all objects.
///
/// # Errors
/// When a store cannot be listed, or the target cannot be written to; what happens to single
/// objects is in the report.
pub async fn copy(copying: &Copying<'_>, options: CopyOptions) -> Result<CopyReport, OpsError> {
    copying.progress.begin(Phase::Listing, 0);
    let (source, target) = join!(copying.from.list(), copying.to.list());
    copying.progress.end();
    let (source, target) = (source?, target?);
    if options.dry_run || !has_work(&source, &target, options) {
        return copy_listed(copying, &source, &target, options).await;
    }
    let capabilities = level::found(copying.to, &copying.entropy.name()).await?;
    level::admit(capabilities, options.accept_races)?;
    if level::is_blind(capabilities) {
        let careful = Careful::new(copying.to, capabilities);
        let copying = Copying { to: &careful, ..*copying };
        return copy_listed(&copying, &source, &target, options).await;
    }
    copy_listed(copying, &source, &target, options).await
}

/// Whether anything may have to be written.
fn has_work(source: &Listing, target: &Listing, options: CopyOptions) -> bool {
    source.iter().any(|(key, entry)| match compare(entry, target.get(key)) {
        Known::Missing => true,
        Known::Different | Known::Unclear => options.update,
        Known::Same => false,
    })
}

async fn copy_listed(
    copying: &Copying<'_>,
    source: &Listing,
    target: &Listing,
    options: CopyOptions,
) -> Result<CopyReport, OpsError> {
    copying.progress.begin(Phase::Writing, source.len() as u64);
    let session = copying.entropy.name();
    let one = |(number, (key, entry)): (usize, (&Key, &crate::model::Entry))| {
        let known = compare(entry, target.get(key));
        let put_id = PutId(format!("{session}-{number}"));
        let (key, size) = (key.clone(), entry.size);
        async move {
            let copied = copy_one(copying, &key, known, put_id, options).await;
            copying.progress.step(size);
            (key, size, copied)
        }
    };
    let objects = stream::iter(source.iter().enumerate().map(one));
    let objects = objects.buffered(copying.concurrency).collect().await;
    copying.progress.end();
    let changed = match options.dry_run {
        true => Vec::new(),
        false => changed(source, &copying.from.list().await?),
    };
    Ok(CopyReport { objects, changed })
}

async fn copy_one(
    copying: &Copying<'_>,
    key: &Key,
    known: Known,
    put_id: PutId,
    options: CopyOptions,
) -> Copied {
    let done = match known {
        Known::Same => return Copied::Same,
        Known::Missing if options.dry_run => return Copied::Created,
        Known::Missing => create(copying, key, put_id).await,
        Known::Different | Known::Unclear => replace(copying, key, put_id, options).await,
    };
    done.unwrap_or_else(|error| Copied::Failed { reason: error.to_string() })
}

async fn create(copying: &Copying<'_>, key: &Key, put_id: PutId) -> Result<Copied, OpsError> {
    let Some(object) = copying.from.get(key).await? else { return Ok(Copied::Gone) };
    write(copying, key, object, put_id, Precondition::MustNotExist, Copied::Created).await
}

async fn replace(
    copying: &Copying<'_>,
    key: &Key,
    put_id: PutId,
    options: CopyOptions,
) -> Result<Copied, OpsError> {
    let (source, target) = join!(copying.from.get(key), copying.to.get(key));
    let Some(source) = source? else { return Ok(Copied::Gone) };
    let precondition = match target? {
        Some(target) if target.bytes == source.bytes => return Ok(Copied::Same),
        Some(_) if !options.update => return Ok(Copied::Different),
        Some(target) => Precondition::MustMatch(target.info.version),
        None => Precondition::MustNotExist,
    };
    if options.dry_run {
        return Ok(Copied::Updated);
    }
    write(copying, key, source, put_id, precondition, Copied::Updated).await
}

/// Writes an object and makes sure that it is there as it was read.
async fn write(
    copying: &Copying<'_>,
    key: &Key,
    object: Object,
    put_id: PutId,
    precondition: Precondition,
    done: Copied,
) -> Result<Copied, OpsError> {
    let attributes = attributes_of_copy(object.info.attributes, is_same_service(copying));
    let upload = Upload { bytes: object.bytes, attributes, put_id };
    let deadline = copying.clock.now() + LIFETIME;
    let settlement =
        put_settled(copying.to, copying.clock, key, &upload, &precondition, deadline).await;
    Ok(match settlement.settled {
        Settled::Applied(version) if is_there(copying, key, &version, &upload.bytes).await? => done,
        Settled::Applied(_) => Copied::Failed { reason: "it reads back differently".into() },
        Settled::Refused => Copied::Refused,
        Settled::Failed(error) => return Err(error.into()),
        Settled::Unknown(reason) => Copied::Failed { reason },
    })
}

async fn is_there(
    copying: &Copying<'_>,
    key: &Key,
    version: &Version,
    bytes: &[u8],
) -> Result<bool, OpsError> {
    if version.content_digest().is_some_and(|digest| digest.matches(bytes)) {
        return Ok(true);
    }
    Ok(copying.to.get(key).await?.is_some_and(|object| object.bytes == bytes))
}

/// Whether both know the same names of keys and classes.
fn is_same_service(copying: &Copying<'_>) -> bool {
    let service = |store: &dyn Store| {
        let identity = store.identity();
        let scheme = identity.url.split("://").next().unwrap_or_default().to_owned();
        (scheme, identity.endpoint.clone())
    };
    service(copying.from) == service(copying.to)
}
