//! Where a bucket is, and which names its objects can have.

use crate::model::Key;
use crate::store::StoreError;
use crate::store::wire::{check_endpoint, encode};

/// The longest name that the service takes.
const MAX_NAME_BYTES: usize = 1024;

/// Names that the service keeps for itself.
const RESERVED: &str = ".well-known/acme-challenge/";

/// The address of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Site {
    /// Scheme, host and port.
    origin: String,
    bucket: String,
}

impl Site {
    /// A bucket of the service at an address, which may lack `http://`.
    pub(super) fn new(address: &str, bucket: &str) -> Result<Self, StoreError> {
        Ok(Self { origin: origin(address)?, bucket: bucket.into() })
    }

    /// Host and port, for messages and for the store's identity.
    pub(super) fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, host)| host)
    }

    /// Whether it is reached without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.origin.starts_with("http://")
    }

    /// The URL of the bucket itself.
    pub(super) fn bucket(&self) -> String {
        format!("{}/storage/v1/b/{}", self.origin, encode(self.bucket.as_bytes()))
    }

    /// The URL of the bucket's objects.
    pub(super) fn objects(&self) -> String {
        format!("{}/o", self.bucket())
    }

    /// The URL of an object. Its name is one component, slashes and all.
    pub(super) fn object(&self, name: &str) -> String {
        format!("{}/o/{}", self.bucket(), encode(name.as_bytes()))
    }

    /// The URL that uploads are sent to.
    pub(super) fn uploads(&self) -> String {
        format!("{}/upload/storage/v1/b/{}/o", self.origin, encode(self.bucket.as_bytes()))
    }
}

fn origin(address: &str) -> Result<String, StoreError> {
    let what = "the address of the emulator (STORAGE_EMULATOR_HOST)";
    let has_scheme = address.contains("://");
    let address = if has_scheme { address.to_owned() } else { format!("http://{address}") };
    let url = check_endpoint(what, &address)?;
    match url.path() {
        "" | "/" => Ok(url.origin().ascii_serialization()),
        _ => Err(StoreError::Settings(format!("{what} must not hold a path"))),
    }
}

/// The name of a key below `prefix`, or why the service cannot hold it.
pub(super) fn object_name(prefix: &str, key: &Key) -> Result<String, StoreError> {
    let refuse = |reason: &str| StoreError::Key { key: key.clone(), reason: reason.into() };
    let text = key.as_str().ok_or_else(|| refuse("names in Google Cloud Storage are UTF-8"))?;
    if text.is_empty() {
        return Err(refuse("it is empty"));
    }
    if text.contains(['\0', '\r', '\n']) {
        return Err(refuse("NUL, carriage return and line feed are not allowed there"));
    }
    let name = if prefix.is_empty() { text.to_owned() } else { format!("{prefix}/{text}") };
    if name.len() > MAX_NAME_BYTES {
        return Err(refuse("it is longer than 1024 bytes with the prefix"));
    }
    if matches!(name.as_str(), "." | "..") || name.starts_with(RESERVED) {
        return Err(refuse("Google Cloud Storage does not allow this name"));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::gcs::settings::GOOGLE;

    #[test]
    fn addresses() {
        let google = Site::new(GOOGLE, "state.example.com").expect("a site");
        let root = "https://storage.googleapis.com";
        let expected = format!("{root}/storage/v1/b/state.example.com/o/a%2F%2Fb%20%25");
        assert_eq!(google.object("a//b %"), expected);
        assert_eq!(google.uploads(), format!("{root}/upload/storage/v1/b/state.example.com/o"));
        assert!(!google.is_plain());
        for address in ["localhost:4443", "http://localhost:4443", "http://localhost:4443/"] {
            let site = Site::new(address, "b-1").expect(address);
            assert_eq!(site.objects(), "http://localhost:4443/storage/v1/b/b-1/o");
            assert_eq!((site.host(), site.is_plain()), ("localhost:4443", true));
        }
    }

    #[test]
    fn addresses_that_cannot_be_used() {
        for address in ["", "http://", "ftp://h", "u:hush@h", "h/storage/v1/", "h?a"] {
            let error = Site::new(address, "b").expect_err(address);
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }

    #[test]
    fn keys() {
        let name = |prefix: &str, key: &str| object_name(prefix, &Key::from(key)).ok();
        for key in ["a", "a//b", "/lead", "dir/", "..", ".", "../a", "a/./b", "a\tb", "%2F"] {
            assert_eq!(name("pre", key), Some(format!("pre/{key}")));
        }
        assert_eq!(name("", "a/../b").as_deref(), Some("a/../b"));
        for key in ["", ".", "..", "a\nb", "a\rb", "a\0b", ".well-known/acme-challenge/x"] {
            assert_eq!(name("", key), None, "{key}");
        }
        assert!(object_name("", &Key::new([0x66, 0xff])).is_err());
        assert!(name("pre", &"x".repeat(1020)).is_some());
        assert!(name("pre", &"x".repeat(1021)).is_none());
    }

    #[test]
    fn a_url_parser_leaves_our_names_alone() {
        let site = Site::new(GOOGLE, "b-1").expect("a site");
        for name in ["a//b", "/..", "dir/", "a/../b", "\\", "con:<>|?*\"#", " x ", "\u{7f}\t"] {
            let url = site.object(name);
            assert_eq!(url::Url::parse(&url).expect(name).as_str(), url);
        }
    }
}
