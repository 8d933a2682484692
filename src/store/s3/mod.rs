//! Amazon S3 and whatever speaks it.
//!
//! A client of its own, because keys are raw bytes here (`a//b`, `dir/`), deletes have
//! preconditions, and a write must be refused by the service after its deadline: writes are
//! signed in the query with the time that is left, reads in headers. Nothing is sent twice,
//! except to another region when the first one refused for that reason alone.

mod acl;
mod client;
mod credentials;
mod fault;
mod listing;
mod object;
mod odd;
mod probe;
mod process;
mod profile;
mod read;
mod region;
mod reply;
mod settings;
mod sign;
mod site;
mod upload;
mod versions;
mod write;

pub use acl::AclUse;
pub use settings::{Keys, S3Settings, VARIABLES};

use super::count::Stats;
use super::wire::{check_bucket, object_path};
use super::{Clock, Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Kept, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl,
    Timestamp, Version, VersionId,
};
use async_trait::async_trait;
use client::Client;
use profile::Profile;
use serde::{Deserialize, Serialize};
use site::Site;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What is known of a service and a bucket; worth keeping, for each costs requests to learn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct S3Facts {
    /// Whether objects can have access control lists of their own.
    pub acl: AclUse,
    /// How a version is written in a condition. Only a probe finds another than the default.
    #[serde(default)]
    pub e_tags: ETagStyle,
}

/// How a version is written in a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ETagStyle {
    /// In quotes, as HTTP has it.
    #[default]
    Quoted,
    /// Without, for services that compare the header as it stands.
    Bare,
}

/// A bucket, or what is below a prefix in it.
#[derive(Debug)]
pub struct S3Store {
    identity: Identity,
    bucket: String,
    prefix: String,
    client: Client,
    acl: Option<String>,
    facts: Mutex<(Option<AclUse>, ETagStyle)>,
    odd_keys: Mutex<odd::OddKeys>,
}

impl S3Store {
    /// Connects to the bucket of a URL. Asks the service for the bucket's region, if nothing
    /// else says it; otherwise nothing is sent. Every request is counted in `stats`.
    ///
    /// # Errors
    /// What is wrong with the settings, the credentials or the bucket.
    pub async fn connect(
        url: &StoreUrl,
        settings: &S3Settings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        check_bucket(&url.host)?;
        let custom = settings.endpoint.as_deref();
        let profile = if custom.is_some() { Profile::default() } else { Profile::read(settings)? };
        let known = settings.region.clone().or_else(|| profile.region());
        let region = site::check_region(known.as_deref().unwrap_or(site::DEFAULT_REGION))?;
        let site = match custom {
            Some(endpoint) => Site::custom(endpoint, &url.host, &region)?,
            None => Site::amazon(&url.host, &region),
        };
        let identity = Identity {
            url: url.to_string(),
            endpoint: custom.map_or(String::new(), |_| site.host().to_owned()),
        };
        let amazon = custom.is_none().then(|| url.host.clone());
        let credentials = credentials::provider(settings, &profile, &region, clock.clone())?;
        let client = Client::new(site, amazon, credentials, settings, clock, stats)?;
        if known.is_none() && custom.is_none() {
            let region = client.bucket_region().await?;
            client.set_region(&region);
        }
        let facts = Mutex::new((None, ETagStyle::default()));
        let (bucket, prefix, acl) = (url.host.clone(), url.prefix.clone(), settings.acl.clone());
        let odd_keys = Mutex::default();
        Ok(Self { identity, bucket, prefix, client, acl, facts, odd_keys })
    }

    /// With facts that were learned before, so that no request is needed for them.
    #[must_use]
    pub fn with_facts(mut self, facts: S3Facts) -> Self {
        self.facts = Mutex::new((Some(facts.acl), facts.e_tags));
        self
    }

    /// What was learned about the service so far; `None` while something is missing.
    pub fn known_facts(&self) -> Option<S3Facts> {
        let facts = self.facts.try_lock().ok()?;
        Some(S3Facts { acl: facts.0?, e_tags: facts.1 })
    }

    /// What is known of the service; asks it for what is not known yet.
    ///
    /// # Errors
    /// As for any read.
    pub async fn facts(&self) -> Result<S3Facts, StoreError> {
        // Held while the service is asked, so that it is asked once.
        let mut facts = self.facts.lock().await;
        let acl = match facts.0 {
            Some(acl) => acl,
            None => self.learn_acl_use().await?,
        };
        facts.0 = Some(acl);
        Ok(S3Facts { acl, e_tags: facts.1 })
    }

    /// The region that the service says the bucket is in.
    ///
    /// # Errors
    /// As for any read.
    pub async fn bucket_location(&self) -> Result<String, StoreError> {
        self.client.bucket_region().await
    }

    async fn e_tag_style(&self) -> ETagStyle {
        self.facts.lock().await.1
    }

    async fn set_e_tag_style(&self, style: ETagStyle) {
        self.facts.lock().await.1 = style;
    }

    fn path(&self, key: &Key) -> Result<String, StoreError> {
        object_path(&self.prefix, key)
    }
}

#[async_trait]
impl Store for S3Store {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn clock_offset(&self) -> Option<chrono::TimeDelta> {
        self.client.clock_offset()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.list_objects().await
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.get_object(key).await
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.head_object(key).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.write(key, upload, precondition, deadline).await
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let precondition = Precondition::MustMatch(version.clone());
        let condition = write::condition(&precondition, self.e_tag_style().await);
        self.remove(key, Some(condition), deadline).await
    }

    fn hands_out_versions(&self) -> bool {
        true
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Kept>, StoreError> {
        self.kept_versions(key).await
    }

    async fn history(&self) -> Result<BTreeMap<Key, Vec<Kept>>, StoreError> {
        self.all_versions().await
    }

    async fn get_kept(&self, key: &Key, id: &VersionId) -> Result<Option<Object>, StoreError> {
        self.get_version(key, id).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.run_probe(scratch).await
    }
}
