//! Real S3 servers for the tests: where they are, and what a store needs there.

use crate::skipped::skipped;
use bytes::Bytes;
use git_store::model::{StoreUrl, Timestamp};
use git_store::store::s3::{Keys, S3Settings, S3Store};
use git_store::store::{Clock, StoreError, Surroundings};
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::HttpRequest;
use std::sync::Arc;
use std::time::Duration;

/// The time of this machine, shifted by some seconds.
pub struct ShiftedClock(pub i64);

#[async_trait::async_trait]
impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        chrono::Utc::now() + chrono::TimeDelta::seconds(self.0)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The endpoint of a server, or `None` with a word on why nothing is tested.
pub fn server(variable: &str) -> Option<S3Settings> {
    let Ok(endpoint) = std::env::var(variable) else {
        skipped(&format!("{variable} is not set"));
        return None;
    };
    Some(settings(&endpoint, &keys()))
}

fn keys() -> Keys {
    let variable = |name: &str, default: &str| std::env::var(name).unwrap_or(default.into());
    Keys {
        access_key_id: variable("GIT_STORE_TEST_S3_ACCESS_KEY_ID", "testak"),
        secret_access_key: variable("GIT_STORE_TEST_S3_SECRET_ACCESS_KEY", "testsk"),
        session_token: None,
    }
}

/// Settings for an endpoint.
pub fn settings(endpoint: &str, keys: &Keys) -> S3Settings {
    S3Settings {
        endpoint: Some(endpoint.into()),
        region: Some("us-east-1".into()),
        keys: Some(keys.clone()),
        ..S3Settings::default()
    }
}

/// The same as an environment says it.
pub fn surroundings(settings: &S3Settings) -> Surroundings {
    let keys = settings.keys.as_ref();
    Surroundings::new(&|name| match name {
        "S3_ENDPOINT" => settings.endpoint.clone(),
        "S3_REGION" => settings.region.clone(),
        "S3_ACCESS_KEY_ID" => keys.map(|keys| keys.access_key_id.clone()),
        "S3_SECRET_ACCESS_KEY" => keys.map(|keys| keys.secret_access_key.clone()),
        _ => None,
    })
}

/// A store, without asking the service anything.
pub async fn connect(settings: &S3Settings, url: &str) -> Result<S3Store, StoreError> {
    connect_at(settings, url, 0).await
}

/// A store whose clock is wrong by some seconds.
pub async fn connect_at(
    settings: &S3Settings,
    url: &str,
    seconds: i64,
) -> Result<S3Store, StoreError> {
    let url = StoreUrl::parse(url).expect("a store URL");
    S3Store::connect(&url, settings, Arc::new(ShiftedClock(seconds)), Arc::default()).await
}

/// A name that no other bucket or scratch object has.
pub fn fresh_name(what: &str) -> String {
    format!("git-store-{what}-{:016x}", rand::random::<u64>())
}

/// Makes a bucket and returns its name.
pub async fn create_bucket(settings: &S3Settings, what: &str) -> String {
    let bucket = fresh_name(what);
    request(settings, "PUT", &format!("/{bucket}"), "").await;
    bucket
}

/// Turns a bucket's versioning on.
pub async fn enable_versioning(settings: &S3Settings, bucket: &str) {
    let body = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
        <Status>Enabled</Status></VersioningConfiguration>";
    request(settings, "PUT", &format!("/{bucket}?versioning="), body).await;
}

/// Sends a request of the tests' own, signed by somebody else's code; returns the body.
pub async fn request(settings: &S3Settings, method: &str, path: &str, body: &'static str) -> Bytes {
    request_with(settings, method, path, body, &[]).await
}

/// As [`request`], with headers.
pub async fn request_with(
    settings: &S3Settings,
    method: &str,
    path: &str,
    body: &'static str,
    headers: &[(&str, &str)],
) -> Bytes {
    drop(rustls::crypto::ring::default_provider().install_default());
    let endpoint = settings.endpoint.clone().expect("an endpoint");
    let keys = settings.keys.clone().expect("keys");
    let credential = AwsCredential {
        key_id: keys.access_key_id,
        secret_key: keys.secret_access_key,
        token: None,
    };
    let url = format!("{endpoint}{path}");
    let mut request = http::Request::builder().method(method).uri(&url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request: HttpRequest = request.body(body.to_owned().into()).expect("a request");
    AwsAuthorizer::new(&credential, "s3", "us-east-1")
        .try_authorize(&mut request, None)
        .expect("a signature");
    let mut builder = reqwest::Client::new().request(request.method().clone(), url).body(body);
    builder = builder.headers(request.headers().clone());
    let reply = builder.send().await.expect("a reply");
    let status = reply.status();
    let body = reply.bytes().await.expect("a body");
    assert!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
    body
}
