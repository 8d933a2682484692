//! What a bucket guarantees, found out by what it does to scratch objects.

use super::GcsStore;
use super::call::Call;
use super::reply;
use crate::model::Capabilities;
use crate::store::count::Request;
use crate::store::{StoreError, probe};
use serde::Deserialize;
use std::time::Duration;

/// How often it is tried.
const ATTEMPTS: usize = 4;

/// The service takes about one write a second of one object, and the probe makes several.
const PAUSE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Bucket {
    versioning: Option<Versioning>,
}

#[derive(Deserialize)]
struct Versioning {
    #[serde(default)]
    enabled: bool,
}

impl GcsStore {
    /// See [`crate::store::Store::probe`].
    pub(super) async fn run_probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        let versioning = self.versioning().await?;
        let clock = self.client.clock();
        let mut attempts = 1;
        loop {
            match probe::by_behaviour(self, clock, scratch).await {
                Ok(found) => return Ok(Capabilities { versioning, ..found }),
                Err(StoreError::Transient(_)) if attempts < ATTEMPTS => attempts += 1,
                Err(error) => return Err(error),
            }
            clock.sleep(PAUSE).await;
        }
    }

    async fn versioning(&self) -> Result<bool, StoreError> {
        let call = Call::read(Request::Other, self.client.site.bucket())
            .with_query("fields", "versioning");
        let reply = self.client.read(&call).await?;
        match reply::checked_bucket(reply, "storage.buckets.get") {
            Ok(reply) => {
                let bucket: Bucket = reply::json(&reply)?;
                Ok(bucket.versioning.is_some_and(|versioning| versioning.enabled))
            }
            // Who may use a bucket's objects need not be allowed to see its settings.
            Err(StoreError::Denied(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
