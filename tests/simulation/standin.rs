//! A small protocol in place of `ops`, to test the simulation itself.
//!
//! It keeps the rules that matter: versions from the same reply as the bytes, deletions only
//! after a direct "not found", a journal behind a barrier before the first write, a fence until
//! the deadline of somebody else's journal, and the tracking ref moved last. What it leaves out
//! is convenience: one conflict holds everything.

use super::journeys::Trouble;
use super::session::Session;
use super::world::target;
use bytes::Bytes;
use git_store::git::{NewCommit, TreeEdit};
use git_store::model::manifest::{read_table, write_table};
use git_store::model::{
    Attributes, Key, Known, Manifest, Object, ObjectId, Precondition, PutId, RefEdit, Token, TreePath,
};
use git_store::store::{Clock, StoreError, Upload};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

type Values = BTreeMap<Key, ObjectId>;
type Tip = Option<ObjectId>;

/// How long a push may take, in virtual seconds.
const DEADLINE: u64 = 60;

async fn values(session: &Session, commit: Tip) -> Result<Values, Trouble> {
    let Some(commit) = commit else { return Ok(Values::new()) };
    let tree = session.repository.commit(commit).await?.tree;
    let files = session.repository.files(tree).await?;
    let key = |path: &TreePath| target().key_of(path).ok().flatten();
    Ok(files.iter().filter_map(|(path, entry)| Some((key(path)?, entry.id))).collect())
}

/// A commit to be: values, blobs that may be new, parents, message.
struct Draft<'a> {
    values: &'a Values,
    blobs: &'a [Bytes],
    parents: Vec<ObjectId>,
    message: String,
}

async fn write(session: &Session, draft: Draft<'_>) -> Result<ObjectId, Trouble> {
    let mut pack = session.repository.begin_pack().await?;
    for blob in draft.blobs {
        pack.blob(blob)?;
    }
    let has_children = |key: &Key| draft.values.keys().any(|other| other.is_below(key));
    let edit = |(key, id): (&Key, &ObjectId)| (target().path_of(key, has_children(key)), Some(*id));
    let edits: Vec<TreeEdit> = draft.values.iter().map(edit).collect();
    let tree = pack.tree(None, &edits)?;
    let Draft { parents, message, .. } = draft;
    let id = pack.commit(&NewCommit { tree, parents, time: session.clock.now(), message })?;
    pack.finish().await?;
    Ok(id)
}

async fn move_ref(session: &Session, name: String, expected: Tip, new: ObjectId) -> Result<(), Trouble> {
    let edit = RefEdit { name, expected, new, reason: "stand-in".into() };
    Ok(session.repository.update_refs(&[edit]).await?)
}

async fn read_manifest(session: &Session) -> Result<(Tip, Manifest), Trouble> {
    let tip = session.repository.read_ref(&target().manifest_ref()).await?;
    let mut manifest = Manifest::new();
    if let Some(tip) = tip {
        let table = session.repository.commit(tip).await?.message;
        read_table(&mut manifest, &table).map_err(|error| Trouble::Later(error.to_string()))?;
    }
    Ok((tip, manifest))
}

async fn write_manifest(session: &Session, old: Tip, manifest: &Manifest) -> Result<(), Trouble> {
    let values = Values::new();
    let message = write_table(manifest);
    let draft = Draft { values: &values, blobs: &[], parents: old.into_iter().collect(), message };
    let new = write(session, draft).await?;
    move_ref(session, target().manifest_ref(), old, new).await
}

/// Keys that an open journal is about, if it may be looked into yet.
async fn recover(session: &Session) -> Result<(Tip, Vec<Key>), Trouble> {
    let tip = session.repository.read_ref(&target().journal_ref()).await?;
    let Some(commit) = tip else { return Ok((None, Vec::new())) };
    let message = session.repository.commit(commit).await?.message;
    let mut lines = message.lines();
    let deadline: i64 = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let left = deadline - session.clock.now().timestamp_millis();
    let keys: Vec<Key> = lines.map(Key::from).collect();
    match u64::try_from(left) {
        Ok(left) if !keys.is_empty() => Err(Trouble::Fenced(Duration::from_millis(left + 1))),
        _ => Ok((tip, keys)),
    }
}

async fn close(session: &Session, journal: Tip) -> Result<(), Trouble> {
    let values = Values::new();
    let parents = journal.into_iter().collect();
    let draft = Draft { values: &values, blobs: &[], parents, message: "0\n".into() };
    let closed = write(session, draft).await?;
    move_ref(session, target().journal_ref(), journal, closed).await
}

/// Store to tracking ref.
pub async fn fetch(session: &Session) -> Result<(), Trouble> {
    let (journal, open) = recover(session).await?;
    let tracking = session.repository.read_ref(&target().tracking_ref()).await?;
    let old = values(session, tracking).await?;
    let (manifest_tip, old_manifest) = read_manifest(session).await?;
    let listing = session.store.list().await?;
    let (mut new, mut manifest, mut blobs) = (old.clone(), Manifest::new(), Vec::new());
    for key in listing.keys().chain(old.keys()).chain(&open).cloned().collect::<BTreeSet<_>>() {
        let known = old_manifest.get(&key).filter(|known| Some(&known.blob) == old.get(&key));
        let listed = listing.get(&key).map(|entry| Token::Plain(entry.version.clone()));
        if let (Some(known), false) = (known.filter(|k| Some(&k.version) == listed.as_ref()), open.contains(&key)) {
            manifest.insert(key, known.clone());
            continue;
        }
        match session.store.get(&key).await? {
            None => drop(new.remove(&key)),
            Some(object) => {
                new.insert(key.clone(), ObjectId::of_blob(&object.bytes));
                manifest.insert(key, known_as(&object));
                blobs.push(object.bytes);
            }
        }
    }
    if new != old || tracking.is_none() {
        let parents = tracking.into_iter().collect();
        let draft = Draft { values: &new, blobs: &blobs, parents, message: "observed\n".into() };
        let commit = write(session, draft).await?;
        move_ref(session, target().tracking_ref(), tracking, commit).await?;
    }
    if manifest != old_manifest {
        write_manifest(session, manifest_tip, &manifest).await?;
    }
    if open.is_empty() { Ok(()) } else { close(session, journal).await }
}

fn known_as(object: &Object) -> Known {
    Known {
        version: Token::Plain(object.info.version.clone()),
        blob: ObjectId::of_blob(&object.bytes),
        attributes: None,
        pushed: false,
    }
}

/// Tracking ref to branch.
pub async fn pull(session: &Session) -> Result<(), Trouble> {
    let repository = &session.repository;
    let ours = repository.read_ref(&target().branch_ref()).await?;
    let Some(theirs) = repository.read_ref(&target().tracking_ref()).await? else { return Ok(()) };
    let Some(ours) = ours else {
        return move_ref(session, target().branch_ref(), None, theirs).await;
    };
    if repository.is_ancestor(theirs, ours).await? {
        return Ok(());
    }
    let merged = merge(session, ours, theirs).await?;
    let parents = vec![ours, theirs];
    let draft = Draft { values: &merged, blobs: &[], parents, message: "merged\n".into() };
    let commit = write(session, draft).await?;
    move_ref(session, target().branch_ref(), Some(ours), commit).await
}

async fn merge(session: &Session, ours: ObjectId, theirs: ObjectId) -> Result<Values, Trouble> {
    let base = session.repository.merge_base(ours, theirs).await?;
    let base = values(session, base).await?;
    let mut merged = values(session, Some(ours)).await?;
    let other = values(session, Some(theirs)).await?;
    for key in base.keys().chain(other.keys()).cloned().collect::<BTreeSet<_>>() {
        let (old, left, right) = (base.get(&key), merged.get(&key), other.get(&key));
        match (left == right || right == old, left == old) {
            (true, _) => (),
            (false, false) => return Err(Trouble::Conflict),
            (false, true) => match right {
                Some(blob) => drop(merged.insert(key.clone(), *blob)),
                None => drop(merged.remove(&key)),
            },
        }
    }
    Ok(merged)
}

/// Branch to store.
pub async fn push(session: &Session) -> Result<(), Trouble> {
    let (journal, open) = recover(session).await?;
    let tracking = session.repository.read_ref(&target().tracking_ref()).await?;
    let branch = session.repository.read_ref(&target().branch_ref()).await?;
    let (Some(tracking), Some(branch)) = (tracking, branch) else { return Err(Trouble::Behind) };
    if !open.is_empty() || !session.repository.is_ancestor(tracking, branch).await? {
        return Err(Trouble::Behind);
    }
    let (old, new) = (values(session, Some(tracking)).await?, values(session, Some(branch)).await?);
    let keys: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    let keys: Vec<&Key> = keys.into_iter().filter(|key| old.get(*key) != new.get(*key)).collect();
    if keys.is_empty() {
        return advance(session, tracking, branch).await;
    }
    let (manifest_tip, mut manifest) = read_manifest(session).await?;
    if keys.iter().any(|key| old.get(*key) != manifest.get(*key).map(|known| &known.blob)) {
        return Err(Trouble::Behind);
    }
    let deadline = session.clock.now() + Duration::from_secs(DEADLINE);
    let lines: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let message = format!("{}\n{}\n", deadline.timestamp_millis(), lines.join("\n"));
    let nothing = Values::new();
    let parents = vec![branch];
    let draft = Draft { values: &nothing, blobs: &[], parents, message };
    let intents = write(session, draft).await?;
    move_ref(session, target().journal_ref(), journal, intents).await?;
    session.repository.barrier().await?;
    for (number, key) in keys.iter().enumerate() {
        let put_id = PutId(format!("{}-{}-{number}", session.number, intents.short()));
        apply(session, &mut manifest, key, new.get(*key).copied(), put_id, deadline).await?;
    }
    move_ref(session, target().tracking_ref(), Some(tracking), branch).await?;
    write_manifest(session, manifest_tip, &manifest).await?;
    close(session, Some(intents)).await
}

async fn advance(session: &Session, tracking: ObjectId, branch: ObjectId) -> Result<(), Trouble> {
    if tracking == branch {
        return Ok(());
    }
    move_ref(session, target().tracking_ref(), Some(tracking), branch).await
}

async fn apply(
    session: &Session,
    manifest: &mut Manifest,
    key: &Key,
    new: Tip,
    put_id: PutId,
    deadline: git_store::model::Timestamp,
) -> Result<(), Trouble> {
    let version = manifest.get(key).map(|known| match &known.version {
        Token::Plain(version) => version.clone(),
        Token::Keyed(_) => unreachable!("the stand-in writes plain versions only"),
    });
    let Some(blob) = new else {
        let version = version.expect("what is deleted was known");
        session.store.delete(key, &version, deadline).await?;
        manifest.remove(key);
        return Ok(());
    };
    let precondition = version.map_or(Precondition::MustNotExist, Precondition::MustMatch);
    let bytes = Bytes::from(session.repository.blob(blob).await?);
    let upload = Upload { bytes, attributes: Attributes::default(), put_id: put_id.clone() };
    let version = match session.store.put(key, &upload, &precondition, deadline).await {
        Err(StoreError::Ambiguous { .. }) => settle(session, key, &put_id).await?,
        other => other?,
    };
    let known = Known { version: Token::Plain(version), blob, attributes: None, pushed: true };
    manifest.insert(key.clone(), known);
    Ok(())
}

/// The version of a put whose answer was lost, if it can be seen to have landed.
async fn settle(
    session: &Session,
    key: &Key,
    put_id: &PutId,
) -> Result<git_store::model::Version, Trouble> {
    let info = session.store.head(key).await?;
    let own = info.filter(|info| info.put_id.as_ref() == Some(put_id));
    let own = own.ok_or_else(|| Trouble::Later("a put was left open".into()))?;
    session.shared.world().count("lost answer settled by reading");
    Ok(own.version)
}
