//! Texts that become part of a URL, and what could lead elsewhere.

use crate::store::StoreError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const STRICT_PATH: &AsciiSet = &STRICT.remove(b'/');

/// Percent-encodes everything that is not unreserved.
pub(in crate::store) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, STRICT).to_string()
}

/// Percent-encodes everything that is not unreserved, except `/`.
pub(in crate::store) fn encode_path(bytes: &[u8]) -> String {
    percent_encode(bytes, STRICT_PATH).to_string()
}

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

/// Host and port of an address.
pub(in crate::store) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_unreserved_bytes_is_encoded() {
        let cases: &[(&[u8], &str)] = &[
            (b"a/b c+d", "a/b%20c%2Bd"),
            (b"%2F", "%252F"),
            ("\u{e9}".as_bytes(), "%C3%A9"),
            (b"a//b/\n", "a//b/%0A"),
            (b"-._~", "-._~"),
            (b"?#&='\"*", "%3F%23%26%3D%27%22%2A"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(&encode_path(bytes), expected);
        }
        assert_eq!(encode(b"a/b"), "a%2Fb");
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
