//! Endpoints that people set.

use crate::store::StoreError;
use url::Url;

/// An endpoint as a URL, if it can be one. `name`: what it is called in errors. The text is not
/// repeated in them: it may hold a password.
pub(in crate::store) fn check_endpoint(endpoint: &str, name: &str) -> Result<Url, StoreError> {
    let wrong = |why: &str| StoreError::Settings(format!("{name} {why}"));
    let url = Url::parse(endpoint)
        .map_err(|_| wrong("is no URL; write https://host or https://host:port"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("must start with https:// or http:// and name a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must not hold '?' or '#'"));
    }
    Ok(url)
}
