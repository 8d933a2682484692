//! The store as an actor sees it: over a network on which requests and answers get lost.

use super::bucket::{Author, Body, Held, Verdict, Write};
use super::executor::{milliseconds, timestamp, turn};
use super::swarm::Fault;
use super::world::{Shared, World};
use async_trait::async_trait;
use git_store::model::{
    Capabilities, Entry, Identity, Key, Listing, Object, ObjectInfo, Precondition, Timestamp,
    Version,
};
use git_store::store::{Store, StoreError, Upload};
use std::sync::Arc;

/// One actor's connection to the store.
#[derive(Debug)]
pub struct SimStore {
    shared: Shared,
    repository: usize,
    identity: Identity,
}

impl SimStore {
    /// A connection for somebody who works with a repository.
    pub fn new(shared: Shared, repository: usize) -> Self {
        let identity = Identity { url: "s3://simulated".into(), endpoint: String::new() };
        Self { shared, repository, identity }
    }

    /// The version that this content would get, as far as a client can tell.
    pub fn version_of(&self, bytes: &[u8]) -> Version {
        self.shared.world().bucket.version_of(bytes)
    }

    /// For a mutant: notes a put whose end nobody may learn.
    pub fn begin(&self, key: &Key, upload: &Upload, deadline: Timestamp) {
        let noted = (self.repository, key.clone(), upload.clone(), milliseconds(deadline));
        self.shared.world().unfinished.push(noted);
    }

    /// For a mutant: a put has come to its end.
    pub fn end(&self, upload: &Upload) {
        self.shared.world().unfinished.retain(|(_, _, other, _)| other.put_id != upload.put_id);
    }

    /// For a mutant: a put of this repository that nobody can be working on any more, with a
    /// new deadline.
    pub fn take_unfinished(&self) -> Option<(Key, Upload, Timestamp)> {
        const MINUTE: u64 = 60_000;
        let mut world = self.shared.world();
        let now = world.now;
        let is_over = |(repository, _, _, deadline): &(usize, Key, Upload, u64)| {
            *repository == self.repository && *deadline < now
        };
        let index = world.unfinished.iter().position(is_over)?;
        let (_, key, upload, _) = world.unfinished.remove(index);
        Some((key, upload, timestamp(now + MINUTE)))
    }

    /// A request that only reads: there, look, and back.
    async fn read<T>(&self, look: impl FnOnce(&mut World) -> T) -> Result<T, StoreError> {
        turn(&self.shared).await;
        let answer = {
            let mut world = self.shared.world();
            for fault in [Fault::RequestLost, Fault::Transient] {
                if world.fault(fault) {
                    return Err(StoreError::Transient(fault.name().to_owned()));
                }
            }
            look(&mut world)
        };
        turn(&self.shared).await;
        if self.shared.world().fault(Fault::ReplyLost) {
            return Err(StoreError::Transient(Fault::ReplyLost.name().to_owned()));
        }
        Ok(answer)
    }

    /// A request that writes: there, do, and back.
    async fn write(&self, write: Write) -> Result<Option<Version>, StoreError> {
        let key = write.key.clone();
        if is_too_late(&self.shared.world(), &write) {
            return Err(StoreError::Expired(key));
        }
        let mut under_way = UnderWay { shared: &self.shared, write: Some(write) };
        turn(&self.shared).await;
        let write = under_way.write.take().expect("nobody else takes it");
        let verdict = arrive(&mut self.shared.world(), write)?;
        turn(&self.shared).await;
        if self.shared.world().fault(Fault::ReplyLost) {
            return Err(ambiguous(&key, Fault::ReplyLost));
        }
        match verdict {
            Verdict::Done(version) => Ok(version),
            Verdict::Refused => Err(StoreError::Precondition(key)),
            Verdict::Expired => Err(StoreError::Expired(key)),
        }
    }
}

/// Whether a client would not even send it.
fn is_too_late(world: &World, write: &Write) -> bool {
    world.now > write.deadline && !world.bucket.ignores_deadlines
}

/// What happens to a write on its way to the store.
fn arrive(world: &mut World, write: Write) -> Result<Verdict, StoreError> {
    if world.fault(Fault::Transient) {
        return Err(StoreError::Transient(Fault::Transient.name().to_owned()));
    }
    if world.fault(Fault::RequestLost) {
        return Err(ambiguous(&write.key, Fault::RequestLost));
    }
    if world.fault(Fault::Delayed) {
        let error = ambiguous(&write.key, Fault::Delayed);
        world.bucket.late.push(write);
        return Err(error);
    }
    Ok(world.write(&write))
}

fn ambiguous(key: &Key, fault: Fault) -> StoreError {
    StoreError::Ambiguous { key: key.clone(), reason: fault.name().to_owned() }
}

/// A write between its sender and the store: it can arrive although the sender has died.
struct UnderWay<'a> {
    shared: &'a Shared,
    write: Option<Write>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Some(write) = self.write.take() else { return };
        let mut world = self.shared.world();
        if world.fault(Fault::LandedAfterCrash) {
            world.bucket.late.push(write);
        }
    }
}

fn info(held: &Held) -> ObjectInfo {
    ObjectInfo {
        version: held.version.clone(),
        size: held.bytes.len() as u64,
        modified: timestamp(held.modified),
        attributes: held.attributes.clone(),
        put_id: held.put_id.clone(),
    }
}

fn object(held: &Held) -> Object {
    Object { bytes: held.bytes.clone(), info: info(held) }
}

fn entry(held: &Held) -> Entry {
    Entry {
        version: held.version.clone(),
        size: held.bytes.len() as u64,
        modified: timestamp(held.modified),
    }
}

/// What a listing shows of a key, which is not always what is there.
fn listed(world: &mut World, key: &Key) -> Option<Arc<Held>> {
    let held = world.bucket.current.get(key).cloned();
    if world.fault(Fault::ListingHole) {
        return None;
    }
    if world.bucket.history(key).is_empty() || !world.fault(Fault::ListingStale) {
        return held;
    }
    let back = world.tape.index("how stale", world.bucket.history(key).len());
    world.bucket.history(key).iter().rev().nth(back).and_then(|moment| moment.held.clone())
}

#[async_trait]
impl Store for SimStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        let mut listing = Listing::new();
        let keys = self.shared.world().listed_keys();
        for page in keys.chunks(2) {
            let look = |world: &mut World| -> Vec<_> {
                let shown = page.iter().map(|key| (key.clone(), listed(world, key)));
                shown.filter_map(|(key, held)| Some((key, entry(held?.as_ref())))).collect()
            };
            listing.extend(self.read(look).await?);
            if self.shared.world().fault(Fault::ListingError) {
                return Err(StoreError::Transient(Fault::ListingError.name().to_owned()));
            }
        }
        Ok(listing)
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.read(|world| world.bucket.current.get(key).map(|held| object(held))).await
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.read(|world| world.bucket.current.get(key).map(|held| info(held))).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let body = Body::Put {
            bytes: upload.bytes.clone(),
            attributes: upload.attributes.clone(),
            put_id: Some(upload.put_id.clone()),
        };
        let version = self.write(self.request(key, body, precondition.clone(), deadline)).await?;
        Ok(version.expect("a put leaves a version"))
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let precondition = Precondition::MustMatch(version.clone());
        self.write(self.request(key, Body::Delete, precondition, deadline)).await.map(|_| ())
    }

    async fn probe(&self, _scratch: &str) -> Result<Capabilities, StoreError> {
        self.read(|world| Capabilities {
            conditional_create: true,
            conditional_update: true,
            conditional_delete: true,
            versioning: world.swarm.versioning,
            writable: true,
        })
        .await
    }
}

impl SimStore {
    fn request(
        &self,
        key: &Key,
        body: Body,
        precondition: Precondition,
        deadline: Timestamp,
    ) -> Write {
        Write {
            key: key.clone(),
            body,
            precondition: Some(precondition),
            deadline: milliseconds(deadline),
            author: Author::Agent { repository: self.repository },
        }
    }
}
