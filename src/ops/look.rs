//! Looking at the keys that a listing says have changed.

use super::recorded::Recorded;
use super::{Context, OpsError, Phase};
use crate::check::secrets;
use crate::config::Mode;
use crate::model::pointer::{self, Reason};
use crate::model::{
    Attributes, Entry, Kept, Key, Known, Listing, Object, ObjectId, PutId, Timestamp, Token,
    Version,
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use hmac::{Hmac, KeyInit, Mac};
use std::collections::BTreeMap;

/// What one key holds.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The key.
    pub key: Key,
    /// What git is to hold for it; `None`: the store says that there is no such key.
    pub present: Option<Present>,
}

/// What git is to hold for a key that is there.
#[derive(Clone, Debug)]
pub struct Present {
    /// The bytes for git: the object's own, or a pointer.
    pub bytes: Bytes,
    /// The id that git gives those bytes.
    pub blob: ObjectId,
    /// How the manifest remembers the version.
    pub token: Token,
    /// The version itself.
    pub version: Version,
    /// What an update must keep, if a reply said it.
    pub attributes: Option<Attributes>,
    /// Which push wrote it, if a reply said it.
    pub put_id: Option<PutId>,
    /// Why git holds a pointer, if it does.
    pub withheld: Option<Reason>,
    /// When the object was last written.
    pub modified: Timestamp,
}

/// Looks at keys, several at a time, and hands each to `accept` as it comes.
///
/// Content is downloaded only where it is to be kept in git and is not there already.
pub async fn look(
    ctx: &Context<'_>,
    recorded: &Recorded,
    keys: &[Key],
    listing: &Listing,
    accept: &mut dyn FnMut(Seen) -> Result<(), OpsError>,
) -> Result<(), OpsError> {
    if keys.is_empty() {
        return Ok(());
    }
    let secret = ctx.repository.local_secret().await?;
    let branch = branch_blobs(ctx, recorded).await?;
    ctx.progress.begin(Phase::Reading, keys.len() as u64);
    let looks = stream::iter(keys).map(|key| {
        let known = known_blobs(recorded, &branch, key);
        look_at(ctx, key, listing.get(key), known, &secret)
    });
    let mut seen = looks.buffer_unordered(ctx.settings.concurrency.value);
    while let Some(one) = seen.try_next().await? {
        ctx.progress.step(one.present.as_ref().map_or(0, |present| present.bytes.len() as u64));
        accept(one)?;
    }
    ctx.progress.end();
    Ok(())
}

/// How a version is remembered where it must not be readable: an e-tag can be the MD5 of a
/// secret, so it is keyed with a secret of this repository.
pub fn fingerprint(secret: &[u8; 32], version: &Version) -> String {
    let Ok(mut mac) = Hmac::<sha2::Sha256>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(b"git-store version 1\0");
    mac.update(version.as_str().as_bytes());
    hex::encode(&mac.finalize().into_bytes()[..16])
}

/// The branch's content is worth comparing only before the store was ever observed. Later it can
/// be older than what was observed, and a stale listing would bring it back.
async fn branch_blobs(
    ctx: &Context<'_>,
    recorded: &Recorded,
) -> Result<BTreeMap<Key, ObjectId>, OpsError> {
    if recorded.tracking.is_some() || !recorded.manifest.is_empty() {
        return Ok(BTreeMap::new());
    }
    let Some(tip) = ctx.repository.read_ref(&ctx.target.branch_ref()).await? else {
        return Ok(BTreeMap::new());
    };
    let tree = ctx.repository.commit(tip).await?.tree;
    let mut blobs = BTreeMap::new();
    for (path, entry) in ctx.repository.files(tree).await? {
        if let Ok(Some(key)) = ctx.target.key_of(&path) {
            blobs.insert(key, entry.id);
        }
    }
    Ok(blobs)
}

/// Blobs in git that may be the key's content: no download if the version says that one is.
///
/// Only where no version is recorded. Elsewhere the listing says that the key has changed, and
/// a listing is only a hint: a stale one would bring back what was there before.
fn known_blobs(recorded: &Recorded, branch: &BTreeMap<Key, ObjectId>, key: &Key) -> Vec<ObjectId> {
    if recorded.manifest.contains_key(key) || recorded.journal.open.is_some() {
        return Vec::new();
    }
    let tracking = recorded.files.get(key).map(|file| file.blob);
    let mut blobs: Vec<ObjectId> = tracking.into_iter().chain(branch.get(key).copied()).collect();
    blobs.dedup();
    blobs
}

async fn look_at(
    ctx: &Context<'_>,
    key: &Key,
    entry: Option<&Entry>,
    known: Vec<ObjectId>,
    secret: &[u8; 32],
) -> Result<Seen, OpsError> {
    let mode = ctx.settings.modes.mode(ctx.target.profile, key);
    if let Some(entry) = entry {
        if mode == Mode::Pointer || entry.size > ctx.settings.largest.value {
            let reason = withheld_by_name(ctx, key, mode);
            let present = withheld(reason, entry.modified, &entry.version, secret);
            return Ok(Seen { key: key.clone(), present: Some(present) });
        }
        if let Some(bytes) = content_in_git(ctx, &entry.version, &known).await? {
            let present = admit(mode, bytes, &entry.version, entry.modified, None, secret);
            return Ok(Seen { key: key.clone(), present: Some(present) });
        }
    }
    let object = ctx.store.get(key).await?;
    let present = object.map(|object| admit_object(ctx, key, mode, object, secret));
    Ok(Seen { key: key.clone(), present })
}

/// What git is to hold for a kept version; `None`: it is a deletion, or gone by now.
pub async fn look_at_kept(
    ctx: &Context<'_>,
    key: &Key,
    kept: &Kept,
    secret: &[u8; 32],
) -> Result<Option<Present>, OpsError> {
    let Some(version) = &kept.version else { return Ok(None) };
    let mode = ctx.settings.modes.mode(ctx.target.profile, key);
    if mode == Mode::Pointer {
        let reason = withheld_by_name(ctx, key, mode);
        return Ok(Some(withheld(reason, kept.modified, version, secret)));
    }
    let object = ctx.store.get_kept(key, &kept.id).await?;
    Ok(object.map(|object| admit_object(ctx, key, mode, object, secret)))
}

/// How the manifest remembers what was seen; `pushed`: a push of ours wrote it.
pub fn present_as_known(present: &Present, pushed: bool) -> Known {
    Known {
        version: present.token.clone(),
        blob: present.blob,
        attributes: present.attributes.clone(),
        pushed,
    }
}

fn withheld_by_name(ctx: &Context<'_>, key: &Key, mode: Mode) -> Reason {
    use crate::model::Class;
    match (mode, ctx.target.profile.class(key)) {
        (Mode::Pointer, Class::Keys) => Reason::Keys,
        (Mode::Pointer, _) => Reason::Secret,
        _ => Reason::Large,
    }
}

async fn content_in_git(
    ctx: &Context<'_>,
    version: &Version,
    known: &[ObjectId],
) -> Result<Option<Bytes>, OpsError> {
    let Some(digest) = version.content_digest() else {
        return Ok(None);
    };
    for blob in known {
        let content = ctx.repository.blob(*blob).await?;
        if digest.matches(&content) {
            return Ok(Some(content.into()));
        }
    }
    Ok(None)
}

fn admit_object(
    ctx: &Context<'_>,
    key: &Key,
    mode: Mode,
    object: Object,
    secret: &[u8; 32],
) -> Present {
    let info = object.info;
    if mode == Mode::Pointer || info.size > ctx.settings.largest.value {
        let reason = withheld_by_name(ctx, key, mode);
        return withheld(reason, info.modified, &info.version, secret);
    }
    let attributes = Some(info.attributes);
    let mut present = admit(mode, object.bytes, &info.version, info.modified, attributes, secret);
    present.put_id = info.put_id;
    present
}

/// Decides by content whether bytes may be in git.
fn admit(
    mode: Mode,
    bytes: Bytes,
    version: &Version,
    modified: Timestamp,
    attributes: Option<Attributes>,
    secret: &[u8; 32],
) -> Present {
    // A pointer found in the store is some mistake of somebody else's; it must not pass for ours.
    let is_clean =
        mode == Mode::Plain || (secrets::scan(&bytes).is_empty() && !pointer::is_pointer(&bytes));
    if !is_clean {
        return withheld(Reason::Unclean, modified, version, secret);
    }
    Present {
        blob: ObjectId::of_blob(&bytes),
        bytes,
        token: Token::Plain(version.clone()),
        version: version.clone(),
        attributes,
        put_id: None,
        withheld: None,
        modified,
    }
}

fn withheld(reason: Reason, modified: Timestamp, version: &Version, secret: &[u8; 32]) -> Present {
    let bytes = Bytes::from(pointer::write(reason, modified));
    Present {
        blob: ObjectId::of_blob(&bytes),
        bytes,
        token: Token::Keyed(fingerprint(secret, version)),
        version: version.clone(),
        attributes: None,
        put_id: None,
        withheld: Some(reason),
        modified,
    }
}
