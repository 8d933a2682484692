//! Google Cloud Storage, by its JSON API.
//!
//! A version is an object's generation, a number that every write changes and that a condition
//! in the query can ask for. An object's name is one component of a URL, so every name works as
//! it is. Nothing is sent twice, except with a new token when the old one was refused.

mod call;
mod client;
mod credentials;
mod fault;
mod listing;
mod metadata;
mod probe;
mod read;
mod reply;
mod resource;
mod settings;
mod site;
mod upload;
mod write;

pub use settings::{GcsSettings, VARIABLES};

use super::count::Stats;
use super::wire::check_bucket;
use super::{Clock, Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl, Timestamp,
    Version,
};
use async_trait::async_trait;
use client::Client;
use credentials::Tokens;
use site::Site;
use std::sync::Arc;

/// A bucket, or what is below a prefix in it.
#[derive(Debug)]
pub struct GcsStore {
    identity: Identity,
    bucket: String,
    prefix: String,
    client: Client,
}

impl GcsStore {
    /// Makes a store of the bucket of a URL. Nothing is sent. Every request is counted in
    /// `stats`.
    ///
    /// # Errors
    /// What is wrong with the settings or the credentials.
    pub fn connect(
        url: &StoreUrl,
        settings: &GcsSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        check_bucket(&url.host)?;
        let site = Site::new(&settings.endpoint, &url.host)?;
        let is_google = settings.endpoint == settings::GOOGLE;
        let endpoint = if is_google { String::new() } else { site.host().to_owned() };
        let identity = Identity { url: url.to_string(), endpoint };
        let tokens = Tokens::new(settings, Arc::clone(&clock))?;
        let client = Client::new(site, tokens, settings, clock, stats)?;
        let (bucket, prefix) = (url.host.clone(), url.prefix.clone());
        Ok(Self { identity, bucket, prefix, client })
    }

    /// The name of a key in the bucket.
    fn name(&self, key: &Key) -> Result<String, StoreError> {
        site::object_name(&self.prefix, key)
    }
}

#[async_trait]
impl Store for GcsStore {
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
        self.remove(key, version, deadline).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.run_probe(scratch).await
    }
}
