//! Where a container is, and what its blobs can be called.

use crate::model::Key;
use crate::store::StoreError;
use crate::store::wire::{self, encode_path};
use std::net::IpAddr;

/// The longest name of a blob, in UTF-16 units, with the prefix.
const MAX_NAME: usize = 1024;
/// The most components of a name.
const MAX_COMPONENTS: usize = 254;

/// The address of a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Site {
    origin: String,
    /// The path of the container: `/container`, or `/account/container` at an emulator.
    root: String,
    account: String,
    container: String,
}

impl Site {
    /// A container of an account, at Azure's own address or another endpoint.
    pub(super) fn new(
        endpoint: Option<&str>,
        account: &str,
        container: &str,
    ) -> Result<Self, StoreError> {
        check_container(container)?;
        let own = format!("https://{account}.blob.core.windows.net");
        let url = check_endpoint(endpoint.unwrap_or(&own))?;
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            root: format!("{}/{container}", url.path().trim_end_matches('/')),
            account: account.into(),
            container: container.into(),
        })
    }

    /// Host and port, for messages and for the store's identity.
    pub(super) fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, host)| host)
    }

    /// The container's name.
    pub(super) fn container(&self) -> &str {
        &self.container
    }

    /// Whether requests go over the wire without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.origin.starts_with("http://")
    }

    /// Whether the service is on this machine.
    pub(super) fn is_local(&self) -> bool {
        let url = url::Url::parse(&self.origin).ok();
        let host = url.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// The URL of a blob or of the container, without a query.
    pub(super) fn url(&self, blob: Option<&str>) -> String {
        let Self { origin, root, .. } = self;
        match blob {
            None => format!("{origin}{root}"),
            Some(name) => format!("{origin}{root}/{}", encode_path(name.as_bytes())),
        }
    }

    /// What a signature says that it is for.
    pub(super) fn resource(&self, blob: Option<&str>) -> String {
        let container = format!("/blob/{}/{}", self.account, self.container);
        match blob {
            None => container,
            Some(name) => format!("{container}/{name}"),
        }
    }
}

/// An endpoint as a URL, if it can be one.
pub(super) fn check_endpoint(endpoint: &str) -> Result<url::Url, StoreError> {
    wire::check_endpoint("the endpoint (AZURE_STORAGE_BLOB_ENDPOINT)", endpoint)
}

/// An account's name, if it can be part of a host's, and the one that the environment names.
pub(super) fn check_account(account: &str, named: Option<&str>) -> Result<(), StoreError> {
    const FORM: &str = "write azureblob://account/container/prefix";
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if !(3..=24).contains(&account.len()) || !account.bytes().all(plain) {
        let shown = account.escape_debug();
        return Err(StoreError::Settings(format!("'{shown}' is no storage account; {FORM}")));
    }
    match named {
        Some(named) if named != account => Err(StoreError::Settings(format!(
            "AZURE_STORAGE_ACCOUNT names another account than the URL, '{account}'; kops' older \
             form azureblob://container/prefix is not read: {FORM}"
        ))),
        _ => Ok(()),
    }
}

fn check_container(container: &str) -> Result<(), StoreError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_good = (3..=63).contains(&container.len())
        && container.bytes().all(plain)
        && container.split('-').all(|part| !part.is_empty());
    match is_good {
        true => Ok(()),
        false => {
            let shown = container.escape_debug();
            Err(StoreError::Settings(format!("'{shown}' is no container's name")))
        }
    }
}

/// The name of the blob for a key below `prefix`, or why the service cannot hold it.
pub(super) fn blob_name(prefix: &str, key: &Key) -> Result<String, StoreError> {
    let refuse = |reason: &str| StoreError::Key { key: key.clone(), reason: reason.into() };
    let text = key.as_str().ok_or_else(|| refuse("names of blobs are UTF-8"))?;
    if text.is_empty() {
        return Err(refuse("it is empty"));
    }
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(is_odd) {
        return Err(refuse("Azure refuses control characters in names of blobs"));
    }
    if text.contains('\\') {
        return Err(refuse("this service would change it ('\\' into '/')"));
    }
    let full = if prefix.is_empty() { text.to_owned() } else { format!("{prefix}/{text}") };
    if full.encode_utf16().count() > MAX_NAME {
        return Err(refuse("it is longer than 1024 characters with the prefix"));
    }
    if full.split('/').count() > MAX_COMPONENTS {
        return Err(refuse("it has more than 254 components with the prefix"));
    }
    if full.split('/').any(|part| part.ends_with('.')) {
        return Err(refuse("Azure may take away a '.' at the end of a component"));
    }
    Ok(full)
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
