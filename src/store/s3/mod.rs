//! Amazon S3 and whatever speaks it.
//!
//! A client of its own, because keys are raw bytes here (`a//b`, `dir/`), deletes have
//! preconditions, and a write must be refused by the service after its deadline: writes are
//! signed in the query with the time that is left, reads in headers. Nothing is sent twice,
//! except to another region when the first one refused for that reason alone.

mod acl;
mod client;
mod credentials;
mod listing;
mod object;
mod probe;
mod profile;
mod region;
mod reply;
mod settings;
mod sign;
mod site;
mod write;

#[cfg(test)]
mod testing;

pub use acl::AclUse;
pub use settings::{CHAIN, Keys, S3Settings};

use super::{Clock, Store, StoreError, Upload};
use crate::model::{
    Capabilities, Identity, Key, Listing, Object, ObjectInfo, Precondition, StoreUrl, Timestamp,
    Version,
};
use async_trait::async_trait;
use client::{Call, Client};
use http::Method;
use profile::Profile;
use serde::{Deserialize, Serialize};
use site::Site;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many keys a page of a listing holds at most.
const PAGE_SIZE: &str = "1000";

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
}

impl S3Store {
    /// Connects to the bucket of a URL. Asks the service for the bucket's region, if nothing
    /// else says it; otherwise nothing is sent.
    ///
    /// # Errors
    /// What is wrong with the settings, the credentials or the bucket.
    pub async fn connect(
        url: &StoreUrl,
        settings: &S3Settings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        site::check_bucket(&url.host)?;
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
        let client = Client::new(site, amazon, credentials, settings, clock)?;
        if known.is_none() && custom.is_none() {
            let region = client.bucket_region().await?;
            client.set_region(&region);
        }
        let facts = Mutex::new((None, ETagStyle::default()));
        let (bucket, prefix, acl) = (url.host.clone(), url.prefix.clone(), settings.acl.clone());
        Ok(Self { identity, bucket, prefix, client, acl, facts })
    }

    /// With facts that were learned before, so that no request is needed for them.
    #[must_use]
    pub fn with_facts(mut self, facts: S3Facts) -> Self {
        self.facts = Mutex::new((Some(facts.acl), facts.e_tags));
        self
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

    /// How far the service's clock was ahead of ours at its last reply.
    pub fn clock_offset(&self) -> Option<chrono::TimeDelta> {
        self.client.clock_offset()
    }

    async fn e_tag_style(&self) -> ETagStyle {
        self.facts.lock().await.1
    }

    async fn set_e_tag_style(&self, style: ETagStyle) {
        self.facts.lock().await.1 = style;
    }

    fn path(&self, key: &Key) -> Result<String, StoreError> {
        site::object_path(&self.prefix, key)
    }

    async fn get_object(&self, key: &Key) -> Result<Option<Object>, StoreError> {
        let reply = self.client.read(&Call::read(Method::GET, &self.path(key)?)).await?;
        match reply.status.is_success() {
            true => object::object(key, reply).map(Some),
            false if reply.is_no_such_key() => Ok(None),
            false => Err(reply.read_error("s3:GetObject with s3:ListBucket")),
        }
    }

    /// A refused HEAD has no body that says whether the key is missing or the bucket, so a GET
    /// has to tell.
    async fn head_object(&self, key: &Key) -> Result<Option<ObjectInfo>, StoreError> {
        let reply = self.client.read(&Call::read(Method::HEAD, &self.path(key)?)).await?;
        match reply.status.as_u16() {
            200..=299 => object::info(key, &reply).map(Some),
            404 => Ok(self.get_object(key).await?.map(|object| object.info)),
            _ => Err(reply.read_error("s3:GetObject with s3:ListBucket")),
        }
    }

    async fn list_objects(&self) -> Result<Listing, StoreError> {
        let mut collector = listing::Collector::new(&self.bucket, &self.prefix);
        let mut token = None;
        loop {
            let mut call = Call::read(Method::GET, "")
                .with_query("list-type", "2")
                .with_query("encoding-type", "url")
                .with_query("max-keys", PAGE_SIZE)
                .with_query("prefix", collector.prefix());
            call.query.extend(token.take().map(|token| ("continuation-token", token)));
            let reply = self.client.read(&call).await?.checked("s3:ListBucket")?;
            check_length(&reply)?;
            token = collector.add(&reply.body)?;
            if token.is_none() {
                return Ok(collector.finish());
            }
        }
    }
}

fn check_length(reply: &reply::Reply) -> Result<(), StoreError> {
    let announced = reply.header("content-length").map(str::parse::<usize>);
    match announced {
        Some(length) if length != Ok(reply.body.len()) => {
            Err(StoreError::Protocol("the listing is not as long as announced".into()))
        }
        _ => Ok(()),
    }
}

#[async_trait]
impl Store for S3Store {
    fn identity(&self) -> &Identity {
        &self.identity
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
        let condition = write::condition(precondition, self.e_tag_style().await);
        self.write(key, upload, Some(condition), deadline).await
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

    async fn probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        self.run_probe(scratch).await
    }
}
