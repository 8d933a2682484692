//! The emulator of Google Cloud Storage for the tests, and what a store needs there.

use crate::s3_servers::fresh_name;
use crate::skipped::skipped;
use git_store::model::StoreUrl;
use git_store::store::count::Stats;
use git_store::store::gcs::{GcsSettings, GcsStore};
use git_store::store::{StoreError, Surroundings, SystemClock};
use std::sync::Arc;

/// The emulator as it is.
pub const PLAIN: &str = "GIT_STORE_TEST_GCS";

/// The emulator with the conditions that it lacks.
pub const WITH_CONDITIONS: &str = "GIT_STORE_TEST_GCS_CONDITIONS";

/// An emulator's endpoint, or `None` with a word on why nothing is tested.
pub fn server(variable: &str) -> Option<String> {
    let endpoint = std::env::var(variable).ok();
    if endpoint.is_none() {
        skipped(&format!("{variable} is not set"));
    }
    endpoint
}

/// What an environment says of an emulator.
pub fn surroundings(endpoint: &str) -> Surroundings {
    Surroundings::new(&|name| (name == "STORAGE_EMULATOR_HOST").then(|| endpoint.to_owned()))
}

/// A store at an emulator.
pub fn connect(endpoint: &str, url: &str) -> Result<GcsStore, StoreError> {
    let url = StoreUrl::parse(url).expect("a store URL");
    let settings = GcsSettings::new(&surroundings(endpoint));
    GcsStore::connect(&url, &settings, Arc::new(SystemClock), Arc::new(Stats::default()))
}

/// Makes a bucket and returns its name.
pub async fn create_bucket(endpoint: &str, has_versioning: bool) -> String {
    let bucket = fresh_name("gcs");
    let body = format!(r#"{{"name":"{bucket}","versioning":{{"enabled":{has_versioning}}}}}"#);
    post(&format!("{endpoint}/storage/v1/b?project=test"), "application/json", body).await;
    bucket
}

/// Sends a request of the tests' own.
pub async fn post(url: &str, content_type: &str, body: String) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let request = reqwest::Client::new().post(url).header("content-type", content_type).body(body);
    let reply = request.send().await.expect("a reply");
    let status = reply.status();
    let body = reply.text().await.expect("a body");
    assert!(status.is_success(), "{url}: {status} {body}");
}
