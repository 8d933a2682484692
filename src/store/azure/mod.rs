//! Azure Blob Storage.
//!
//! A client of its own, because keys are raw bytes here (`a//b`, `dir/`), deletes have
//! preconditions, and a write must not take effect after its deadline. With the account's key
//! every request has a signature of its own (a service SAS), that of a write for one blob and
//! up to its deadline; with tokens or a given signature a write is given up at its deadline.

mod call;
mod client;
mod credentials;
mod fault;
mod listing;
mod object;
mod read;
mod reply;
mod sas;
mod settings;
mod site;
mod tokens;
mod upload;
mod write;

pub use settings::{AzureSettings, EntraIdentity, VARIABLES};

use super::count::Stats;
use super::{Clock, Store, StoreError, Upload, probe};
use crate::model::{
    Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl, Timestamp,
    Version,
};
use async_trait::async_trait;
use client::Client;
use site::Site;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A container of a storage account, or what is below a prefix in it.
#[derive(Debug)]
pub struct AzureStore {
    identity: Identity,
    prefix: String,
    client: Client,
    /// Whether a write was answered with the id of a version that the service keeps.
    keeps_versions: AtomicBool,
}

impl AzureStore {
    /// For the container of a URL, `azureblob://account/container/prefix`. Sends nothing yet.
    /// Every request is counted in `stats`.
    ///
    /// # Errors
    /// What is wrong with the URL, the settings or the credentials.
    pub fn connect(
        url: &StoreUrl,
        settings: &AzureSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        site::check_account(&url.host, settings.account.as_deref())?;
        let (container, prefix) = url.prefix.split_once('/').unwrap_or((&url.prefix, ""));
        let site = Site::new(settings.endpoint.as_deref(), &url.host, container)?;
        let endpoint = settings.endpoint.as_ref().map_or(String::new(), |_| site.host().to_owned());
        let identity = Identity { url: url.to_string(), endpoint };
        let client = Client::new(site, settings, clock, stats)?;
        let keeps_versions = AtomicBool::new(false);
        Ok(Self { identity, prefix: prefix.into(), client, keeps_versions })
    }

    fn name(&self, key: &Key) -> Result<String, StoreError> {
        site::blob_name(&self.prefix, key)
    }
}

#[async_trait]
impl Store for AzureStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn clock_offset(&self) -> Option<chrono::TimeDelta> {
        self.client.clock_offset()
    }

    async fn list(&self) -> Result<Listing, StoreError> {
        self.list_blobs().await
    }

    async fn get(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        self.get_blob(key).await
    }

    async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        self.head_blob(key).await
    }

    async fn put(
        &self,
        key: &Key,
        upload: &Upload,
        precondition: &Precondition,
        deadline: Timestamp,
    ) -> Result<Version, StoreError> {
        self.put_blob(key, upload, precondition, deadline).await
    }

    async fn delete(
        &self,
        key: &Key,
        version: &Version,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        self.delete_blob(key, version, deadline).await
    }

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        let found = probe::by_behaviour(self, self.client.clock(), scratch).await?;
        let versioning = self.keeps_versions.load(Ordering::Relaxed);
        Ok(Capabilities { versioning, ..found })
    }
}
