//! A real Blob Storage server for the tests: where it is, and what a store needs there.

use crate::s3_servers::{ShiftedClock, fresh_name};
use crate::skipped::skipped;
use bytes::Bytes;
use git_store::model::StoreUrl;
use git_store::store::azure::{AzureSettings, AzureStore};
use git_store::store::{StoreError, Surroundings};
use http::HeaderMap;
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use object_store::client::HttpRequest;
use std::sync::Arc;

/// The account that Azurite has, and its published key.
pub const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The server, or `None` with a word on why nothing is tested.
pub fn server() -> Option<AzureSettings> {
    const VARIABLE: &str = "GIT_STORE_TEST_AZURE";
    let Ok(endpoint) = std::env::var(VARIABLE) else {
        skipped(&format!("{VARIABLE} is not set"));
        return None;
    };
    Some(settings(&endpoint))
}

/// Settings for an endpoint.
pub fn settings(endpoint: &str) -> AzureSettings {
    let (endpoint, key) = (Some(endpoint.into()), Some(KEY.into()));
    AzureSettings { endpoint, key, ..AzureSettings::default() }
}

/// The same as an environment says it.
pub fn surroundings(settings: &AzureSettings) -> Surroundings {
    Surroundings::new(&|name| match name {
        "AZURE_STORAGE_BLOB_ENDPOINT" => settings.endpoint.clone(),
        "AZURE_STORAGE_KEY" => settings.key.clone(),
        _ => None,
    })
}

/// A store, without asking the service anything.
pub fn connect(settings: &AzureSettings, url: &str) -> Result<AzureStore, StoreError> {
    connect_at(settings, url, 0)
}

/// A store whose clock is wrong by some seconds.
pub fn connect_at(
    settings: &AzureSettings,
    url: &str,
    seconds: i64,
) -> Result<AzureStore, StoreError> {
    let url = StoreUrl::parse(url).expect("a store URL");
    AzureStore::connect(&url, settings, Arc::new(ShiftedClock(seconds)), Arc::default())
}

/// Makes a container and returns its name.
pub async fn create_container(settings: &AzureSettings, what: &str) -> String {
    let container = fresh_name(what);
    request(settings, "PUT", &format!("{container}?restype=container"), "", &[]).await;
    container
}

/// Sends a request of the tests' own, signed by somebody else's code.
pub async fn request(
    settings: &AzureSettings,
    method: &str,
    path: &str,
    body: &'static str,
    headers: &[(&str, &str)],
) -> (HeaderMap, Bytes) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let endpoint = settings.endpoint.clone().expect("an endpoint");
    let key = AzureAccessKey::try_new(KEY).expect("a key");
    let credential = AzureCredential::AccessKey(key);
    let url = format!("{endpoint}/{path}");
    let mut request = http::Request::builder().method(method).uri(&url);
    if method == "PUT" {
        request = request.header("content-length", body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request: HttpRequest = request.body(body.to_owned().into()).expect("a request");
    AzureAuthorizer::new(&credential, ACCOUNT).try_authorize(&mut request).expect("a signature");
    let builder = reqwest::Client::new().request(request.method().clone(), url).body(body);
    let reply = builder.headers(request.headers().clone()).send().await.expect("a reply");
    let (status, headers) = (reply.status(), reply.headers().clone());
    let body = reply.bytes().await.expect("a body");
    assert!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
    (headers, body)
}
