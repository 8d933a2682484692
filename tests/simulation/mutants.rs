//! Deliberate mistakes, each of which the simulation must catch.
//!
//! A mistake is made at a port: a store, a repository or a clock that does what a careless
//! implementation or a careless caller would do. What is under test stays as it is built.

use super::repository::SimRepository;
use super::store::SimStore;
use super::swarm::{Fault, Swarm};
use super::world::target;
use async_trait::async_trait;
use git_store::git::{Commit, GitError, Pack, Repository, TreeChange, TreeEntry};
use git_store::model::{
    Capabilities, Identity, Key, Listing, Object, ObjectId, ObjectInfo, Precondition, RefEdit,
    Timestamp, TreePath, Version,
};
use git_store::store::{Store, StoreError, Upload};
use std::sync::Mutex;

/// A deliberate mistake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// The store does not look at preconditions.
    NoPreconditions,
    /// The store does not look at deadlines.
    NoDeadlines,
    /// Everybody's clock is an hour ahead of the store's: nobody waits for others' deadlines.
    NoFence,
    /// The version comes from a later reply than the bytes.
    LaterVersion,
    /// What a listing lacks is taken to be deleted, without asking.
    DeletedByListing,
    /// A failed read is taken for "there is no such key".
    ErrorIsAbsent,
    /// A write without an answer is sent again, over whatever is there now.
    BlindRetry,
    /// A refused write is sent again, over whatever is there now.
    ForcedWrite,
    /// A write without an answer is taken to have landed.
    AmbiguousIsDone,
    /// The branch is moved without looking where it is.
    ForcedBranch,
    /// There is no journal.
    NoJournal,
    /// The tracking ref is moved before the writes.
    TrackingFirst,
    /// In a merge, the store's side wins.
    TheirsWins,
    /// Nothing waits for the disk before the first write.
    NoBarrier,
    /// Without a common commit, both sides are taken to have begun with an empty store.
    LostIsAbsent,
    /// A push that is over is not known to have copies of its writes on their way.
    CopiesForgotten,
    /// What a push did not finish is written by the next run, over whatever is there now.
    RecoverBlind,
}

/// A run about a mistake.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// The mistake.
    pub mutant: Mutant,
    /// Whether it is made; if not, everything else is the same, to compare with.
    pub is_made: bool,
}

impl Mutant {
    /// Every mistake, with the number of seeds within which it must be caught.
    pub const ALL: &[(Mutant, u64)] = &[
        (Mutant::NoPreconditions, 2_000),
        (Mutant::NoDeadlines, 20_000),
        (Mutant::NoFence, 20_000),
        (Mutant::LaterVersion, 20_000),
        (Mutant::DeletedByListing, 2_000),
        (Mutant::ErrorIsAbsent, 2_000),
        (Mutant::BlindRetry, 2_000),
        (Mutant::ForcedWrite, 2_000),
        (Mutant::AmbiguousIsDone, 2_000),
        (Mutant::ForcedBranch, 2_000),
        (Mutant::NoJournal, 20_000),
        (Mutant::TrackingFirst, 2_000),
        (Mutant::TheirsWins, 2_000),
        (Mutant::NoBarrier, 2_000),
        (Mutant::LostIsAbsent, 2_000),
        (Mutant::RecoverBlind, 2_000),
    ];

    /// A run with the mistake.
    pub fn trial(self) -> Trial {
        Trial { mutant: self, is_made: true }
    }

    /// The same run without it.
    pub fn control(self) -> Trial {
        Trial { mutant: self, is_made: false }
    }

    /// Makes sure that a run has in it what the mistake needs to show.
    pub fn prepare(self, swarm: &mut Swarm) {
        let faults: &[Fault] = match self {
            Self::NoDeadlines | Self::NoFence => {
                &[Fault::Delayed, Fault::Crash, Fault::LandedAfterCrash]
            }
            Self::DeletedByListing => &[Fault::ListingHole],
            Self::ErrorIsAbsent => &[Fault::Transient],
            Self::BlindRetry | Self::AmbiguousIsDone => &[Fault::RequestLost, Fault::ReplyLost],
            Self::NoJournal | Self::TrackingFirst => &[Fault::Crash, Fault::LandedAfterCrash],
            Self::NoBarrier => &[Fault::PowerCut],
            Self::LostIsAbsent => &[Fault::RefDeleted],
            Self::CopiesForgotten => &[Fault::Delayed],
            Self::RecoverBlind => &[Fault::Crash, Fault::ReplyLost],
            _ => &[],
        };
        faults.iter().for_each(|fault| swarm.ensure(*fault));
        swarm.loses_tracking = self == Self::LostIsAbsent;
        swarm.admin |= swarm.loses_tracking;
        if self == Self::CopiesForgotten {
            (swarm.keys, swarm.clones, swarm.milliseconds) = (1, 0, 100);
        }
        swarm.people = swarm.people.max(1);
        swarm.blind = swarm.blind.max(1);
    }

    /// How far clocks are ahead of the store's, in milliseconds.
    pub fn clock_ahead(self) -> u64 {
        if self == Self::NoFence { 3_600_000 } else { 0 }
    }
}

/// A store with a mistake.
#[derive(Debug)]
pub struct MutantStore {
    inner: SimStore,
    mutant: Mutant,
    listed: Mutex<Option<Listing>>,
}

impl MutantStore {
    /// Puts a mistake in front of a store.
    pub fn new(inner: SimStore, mutant: Mutant) -> Self {
        Self { inner, mutant, listed: Mutex::new(None) }
    }

    fn lacks(&self, key: &Key) -> bool {
        let listed = self.listed.lock().expect("never poisoned");
        self.mutant == Mutant::DeletedByListing
            && listed.as_ref().is_some_and(|listing| !listing.contains_key(key))
    }

    /// Writes over whatever is there now.
    async fn force(
        &self,
        key: &Key,
        upload: &Upload,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        let now = self.inner.head(key).await?;
        let precondition =
            now.map_or(Precondition::MustNotExist, |info| Precondition::MustMatch(info.version));
        self.inner.put(key, upload, &precondition, deadline).await
    }

    /// Writes what earlier runs did not finish.
    async fn recover(&self) -> Result<(), StoreError> {
        while self.mutant == Mutant::RecoverBlind
            && let Some((key, upload, deadline)) = self.inner.take_unfinished()
        {
            self.force(&key, &upload, deadline).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Store for MutantStore {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.recover().await?;
        let listing = self.inner.list().await?;
        *self.listed.lock().expect("never poisoned") = Some(listing.clone());
        Ok(listing)
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        if self.lacks(key) {
            return Ok(None);
        }
        match (self.mutant, self.inner.get(key).await) {
            (Mutant::ErrorIsAbsent, Err(_)) => Ok(None),
            (Mutant::LaterVersion, Ok(Some(object))) => {
                let later = self.inner.head(key).await?;
                Ok(Some(Object { info: later.unwrap_or(object.info), bytes: object.bytes }))
            }
            (_, answer) => answer,
        }
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.inner.head(key).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.inner.begin(key, upload, deadline);
        let answer = self.inner.put(key, upload, precondition, deadline).await;
        if !matches!(answer, Err(StoreError::Ambiguous { .. })) {
            self.inner.end(upload);
        }
        match (self.mutant, &answer) {
            (Mutant::BlindRetry, Err(StoreError::Ambiguous { .. }))
            | (Mutant::ForcedWrite, Err(StoreError::Precondition(_))) => {
                self.force(key, upload, deadline).await
            }
            (Mutant::AmbiguousIsDone, Err(StoreError::Ambiguous { .. })) => {
                Ok(self.inner.version_of(&upload.bytes))
            }
            _ => answer,
        }
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        match (self.mutant, self.inner.delete(key, version, deadline).await) {
            (Mutant::AmbiguousIsDone, Err(StoreError::Ambiguous { .. })) => Ok(()),
            (_, answer) => answer,
        }
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.inner.probe(scratch).await
    }
}

/// A repository with a mistake.
pub struct MutantRepository {
    inner: SimRepository,
    mutant: Mutant,
}

impl MutantRepository {
    /// Puts a mistake in front of a repository.
    pub fn new(inner: SimRepository, mutant: Mutant) -> Self {
        Self { inner, mutant }
    }

    async fn update(&self, edit: &RefEdit) -> Result<(), GitError> {
        let is = |mutant: Mutant, name: String| self.mutant == mutant && edit.name == name;
        let mut edit = edit.clone();
        if is(Mutant::NoJournal, target().journal_ref()) {
            return Ok(());
        }
        if is(Mutant::ForcedBranch, target().branch_ref()) {
            edit.expected = self.inner.read_ref(&edit.name).await?;
        }
        if is(Mutant::TrackingFirst, target().journal_ref()) {
            self.move_tracking().await?;
        }
        if is(Mutant::TrackingFirst, target().tracking_ref())
            && self.inner.read_ref(&edit.name).await? == Some(edit.new)
        {
            return Ok(());
        }
        self.inner.update_refs(&[edit]).await
    }

    async fn move_tracking(&self) -> Result<(), GitError> {
        let expected = self.inner.read_ref(&target().tracking_ref()).await?;
        let Some(new) = self.inner.read_ref(&target().branch_ref()).await? else { return Ok(()) };
        let (name, reason) = (target().tracking_ref(), "too early".into());
        self.inner.update_refs(&[RefEdit { name, expected, new, reason }]).await
    }
}

#[async_trait(?Send)]
impl Repository for MutantRepository {
    async fn read_ref(&self, name: &str) -> Result<Option<ObjectId>, GitError> {
        self.inner.read_ref(name).await
    }

    async fn refs_below(&self, prefix: &str) -> Result<Vec<(String, ObjectId)>, GitError> {
        self.inner.refs_below(prefix).await
    }

    async fn update_refs(&self, edits: &[RefEdit]) -> Result<(), GitError> {
        for edit in edits {
            self.update(edit).await?;
        }
        Ok(())
    }

    async fn commit(&self, id: ObjectId) -> Result<Commit, GitError> {
        let mut commit = self.inner.commit(id).await?;
        if self.mutant == Mutant::CopiesForgotten {
            commit.message = commit.message.replace("Fence: ", "");
        }
        Ok(commit)
    }

    async fn files(&self, tree: ObjectId) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
        self.inner.files(tree).await
    }

    async fn diff(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
    ) -> Result<Vec<TreeChange>, GitError> {
        self.inner.diff(old, new).await
    }

    async fn blob(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        self.inner.blob(id).await
    }

    async fn contains(&self, id: ObjectId) -> Result<bool, GitError> {
        self.inner.contains(id).await
    }

    async fn is_ancestor(
        &self,
        ancestor: ObjectId,
        descendant: ObjectId,
    ) -> Result<bool, GitError> {
        self.inner.is_ancestor(ancestor, descendant).await
    }

    async fn merge_base(
        &self,
        one: ObjectId,
        other: ObjectId,
    ) -> Result<Option<ObjectId>, GitError> {
        if self.mutant == Mutant::TheirsWins {
            return self.inner.read_ref(&target().branch_ref()).await;
        }
        let base = self.inner.merge_base(one, other).await?;
        if self.mutant == Mutant::LostIsAbsent && base.is_none() {
            return self.inner.empty_commit().map(Some);
        }
        Ok(base)
    }

    async fn begin_pack(&self) -> Result<Box<dyn Pack + '_>, GitError> {
        self.inner.begin_pack().await
    }

    async fn barrier(&self) -> Result<(), GitError> {
        if self.mutant == Mutant::NoBarrier { Ok(()) } else { self.inner.barrier().await }
    }

    async fn local_secret(&self) -> Result<[u8; 32], GitError> {
        self.inner.local_secret().await
    }
}
