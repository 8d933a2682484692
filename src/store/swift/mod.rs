//! OpenStack Swift.
//!
//! A client of its own, because keys are raw bytes here (`a//b`, `dir/`), and logins are
//! OpenStack's: Keystone's version 3, Swift's own version 1, and `clouds.yaml`.
//!
//! Swift keeps no conditions, so a store on it is at level B (with versions) or C. What is done
//! about it is told where writes are.

mod catalog;
mod client;
mod clouds;
mod identity;
mod listing;
mod login;
mod object;
mod probe;
mod read;
mod reply;
mod session;
mod settings;
mod write;
mod written;

pub use login::Login;
pub use settings::{SwiftSettings, VARIABLES};

use super::count::Stats;
use super::wire::object_path;
use super::{Clock, Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl, Timestamp,
    Version,
};
use async_trait::async_trait;
use client::Client;
use probe::Versioning;
use std::sync::Arc;
use tokio::sync::OnceCell;
use written::Written;

/// A container, or what is below a prefix in it.
#[derive(Debug)]
pub struct SwiftStore {
    identity: Identity,
    prefix: String,
    client: Client,
    versioning: OnceCell<Versioning>,
    written: Written,
}

impl SwiftStore {
    /// Logs in and connects to the container of a URL. Every request is counted in `stats`.
    ///
    /// # Errors
    /// What is wrong with the settings or the credentials.
    pub async fn connect(
        url: &StoreUrl,
        settings: &SwiftSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        if matches!(url.host.as_str(), "." | "..") {
            return Err(StoreError::Settings(format!("'{}' is no container name", url.host)));
        }
        let client = Client::new(&url.host, settings, clock, stats).await?;
        let identity = Identity { url: url.to_string(), endpoint: client.account().to_owned() };
        let prefix = url.prefix.clone();
        let (versioning, written) = (OnceCell::new(), Written::default());
        Ok(Self { identity, prefix, client, versioning, written })
    }

    fn path(&self, key: &Key) -> Result<String, StoreError> {
        object_path(&self.prefix, key)
    }
}

#[async_trait]
impl Store for SwiftStore {
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
