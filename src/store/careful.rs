//! Writes to a store that ignores preconditions: look, write, and look again.
//!
//! Between the look and the write somebody else can write. What helps then is what the store
//! keeps:
//!
//! | the store keeps versions | what a write displaces unseen |
//! |---|---|
//! | yes | is found right below the new version and put back; the write counts as refused |
//! | no | is lost; only who accepts that may write |
//!
//! Whoever is killed between the write and the second look leaves the displaced version among
//! those that the store keeps.

use super::{Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Kept, Key, Listing, Object, ObjectInfo, Precondition, PutId, Timestamp,
    Version, VersionId,
};
use async_trait::async_trait;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// How often what was displaced is put back, when that displaces something again.
const ROUNDS: usize = 5;

/// A store whose preconditions are looked after here.
#[derive(Clone, Copy, Debug)]
pub struct Careful<'a> {
    inner: &'a dyn Store,
    keeps_versions: bool,
}

impl<'a> Careful<'a> {
    /// Writes to `inner`, which ignores preconditions.
    pub fn new(inner: &'a dyn Store, capabilities: Capabilities) -> Self {
        Self { inner, keeps_versions: capabilities.versioning }
    }

    /// Refuses a write whose precondition does not hold now.
    async fn compare(&self, key: &Key, precondition: &Precondition) -> Result<(), StoreError> {
        let found = self.inner.head(key).await?.map(|info| info.version);
        match is_expected(precondition, found.as_ref()) {
            true => Ok(()),
            false => Err(StoreError::Precondition(key.clone())),
        }
    }

    /// What became of an upload; one whose answer was lost is looked for.
    async fn landed(
        &self,
        key: &Key,
        upload: &Upload,
        answer: Result<Version, StoreError>,
    ) -> Result<Version, StoreError> {
        let Err(error @ StoreError::Ambiguous { .. }) = answer else { return answer };
        match self.inner.head(key).await {
            Ok(Some(info)) if info.put_id.as_ref() == Some(&upload.put_id) => Ok(info.version),
            _ => Err(error),
        }
    }

    /// Looks at what lies right below a version that was just written (`None`: a deletion). What
    /// was not expected there is put back.
    async fn verify(
        &self,
        key: &Key,
        written: Option<&Version>,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        if !self.keeps_versions {
            return Ok(());
        }
        let kept = self.inner.versions(key).await?;
        let Some(displaced) = displaced(&kept, written) else {
            return self.is_created(key, precondition);
        };
        if is_expected(precondition, displaced.version.as_ref()) {
            return Ok(());
        }
        if kept.first().is_some_and(|newest| newest.version.as_ref() == written) {
            self.put_back(key, displaced.clone(), written.cloned(), deadline).await?;
        }
        Err(StoreError::Precondition(key.clone()))
    }

    /// Nothing was displaced.
    fn is_created(&self, key: &Key, precondition: &Precondition) -> Result<(), StoreError> {
        match is_expected(precondition, None) {
            true => Ok(()),
            false => Err(StoreError::Precondition(key.clone())),
        }
    }

    /// Writes a displaced version once more, over what displaced it; whatever that displaces in
    /// turn follows.
    async fn put_back(
        &self,
        key: &Key,
        mut displaced: Kept,
        mut over: Option<Version>,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        for round in 0..ROUNDS {
            let written = self.write_again(key, &displaced, over.as_ref(), round, deadline).await?;
            let kept = self.inner.versions(key).await?;
            match self::displaced(&kept, written.as_ref()) {
                Some(below) if below.version != over => displaced = below.clone(),
                _ => return Ok(()),
            }
            over = written;
        }
        Ok(())
    }

    /// Makes a kept version the newest; returns its version, nothing for a deletion.
    async fn write_again(
        &self,
        key: &Key,
        kept: &Kept,
        over: Option<&Version>,
        round: usize,
        deadline: Timestamp,
    ) -> Result<Option<Version>, StoreError> {
        let precondition = match over {
            Some(version) => Precondition::MustMatch(version.clone()),
            None => Precondition::MustNotExist,
        };
        if kept.version.is_none() {
            if let Some(version) = over {
                self.inner.delete(key, version, deadline).await?;
            }
            return Ok(None);
        }
        let gone = || StoreError::Protocol(format!("a version of '{key}' that was there is gone"));
        let object = self.inner.get_kept(key, &kept.id).await?.ok_or_else(gone)?;
        let put_id = PutId(format!("put-back-{round}-{}", kept.id.0));
        let attributes = object.info.attributes;
        let upload = Upload { bytes: object.bytes, attributes, put_id };
        let answer = self.inner.put(key, &upload, &precondition, deadline).await;
        self.landed(key, &upload, answer).await.map(Some)
    }
}

/// Whether a precondition holds of what is there.
fn is_expected(precondition: &Precondition, found: Option<&Version>) -> bool {
    match precondition {
        Precondition::MustNotExist => found.is_none(),
        Precondition::MustMatch(version) => found == Some(version),
    }
}

/// What lies right below the newest version like the one that was written.
fn displaced<'k>(kept: &'k [Kept], written: Option<&Version>) -> Option<&'k Kept> {
    let place = kept.iter().position(|kept| kept.version.as_ref() == written)?;
    kept.get(place + 1)
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for Careful<'_> {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    fn clock_offset(&self) -> Option<TimeDelta> {
        self.inner.clock_offset()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.inner.list().await
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.inner.get(key).await
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
        self.compare(key, precondition).await?;
        let answer = self.inner.put(key, upload, precondition, deadline).await;
        let version = self.landed(key, upload, answer).await?;
        self.verify(key, Some(&version), precondition, deadline).await?;
        Ok(version)
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let precondition = Precondition::MustMatch(version.clone());
        self.compare(key, &precondition).await?;
        self.inner.delete(key, version, deadline).await?;
        self.verify(key, None, &precondition, deadline).await
    }

    fn hands_out_versions(&self) -> bool {
        self.inner.hands_out_versions()
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Kept>, StoreError> {
        self.inner.versions(key).await
    }

    async fn history(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        self.inner.history().await
    }

    async fn get_kept(&self, key: &Key, id: &VersionId) -> Result<Option<Object>, StoreError> {
        self.inner.get_kept(key, id).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.inner.probe(scratch).await
    }
}
