//! Texts that become part of a URL, and what could lead elsewhere.

use crate::store::StoreError;

/// An endpoint as a URL, if it can be one. `what` names it. The text is not repeated in errors:
/// it may hold a password.
pub(in crate::store) fn check_endpoint(what: &str, endpoint: &str) -> Result<url::Url, StoreError> {
    let wrong = |why: &str| StoreError::Settings(format!("{what} {why}"));
    let url = url::Url::parse(endpoint)
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

/// A bucket's name, if it can be part of a URL.
pub(in crate::store) fn check_bucket(bucket: &str) -> Result<(), StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    match (3..=255).contains(&bucket.len()) && bucket.bytes().all(plain) && !bucket.contains("..") {
        true => Ok(()),
        false => {
            Err(StoreError::Settings(format!("'{}' is no bucket name", bucket.escape_debug())))
        }
    }
}

/// Host and port of an address.
pub(in crate::store) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_lead_elsewhere() {
        for bucket in ["ab", "a/b/c", "a b c", "evil.com#", "a..b", "../.."] {
            assert!(check_bucket(bucket).is_err(), "{bucket}");
        }
        assert!(check_bucket("state.example_1-com").is_ok());
    }

    #[test]
    fn the_host_of_an_address() {
        for (address, host) in [
            ("https://a.example.com:5000/v3", "a.example.com:5000"),
            ("http://[::1]:80", "[::1]:80"),
            ("https://h/", "h"),
        ] {
            assert!(check_endpoint("X", address).is_ok());
            assert_eq!(host_of(address), host);
        }
    }
}
