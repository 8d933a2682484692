//! Where a bucket is: which host, which path, which region.

use super::sign::encode_path;
use crate::model::Key;
use crate::store::StoreError;

/// The longest key that the service takes, with the prefix.
const MAX_KEY_BYTES: usize = 1024;

/// The region of a service that has none.
pub(super) const DEFAULT_REGION: &str = "us-east-1";

/// The address of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Site {
    /// Scheme, host and port, such as `https://bucket.s3.dualstack.eu-west-1.amazonaws.com`.
    pub origin: String,
    /// What stands before a key in the path: empty, or `/bucket`.
    pub root: String,
    /// The region that signatures are for.
    pub region: String,
}

impl Site {
    /// A bucket of Amazon S3: in the host's name, or in the path where the name has a dot,
    /// which no certificate covers.
    pub(super) fn amazon(bucket: &str, region: &str) -> Self {
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let service = format!("s3.dualstack.{region}.{suffix}");
        let (host, root) = match bucket.contains('.') {
            true => (service, format!("/{bucket}")),
            false => (format!("{bucket}.{service}"), String::new()),
        };
        Self { origin: format!("https://{host}"), root, region: region.into() }
    }

    /// A bucket at an endpoint: always in the path, as kops addresses it.
    pub(super) fn custom(endpoint: &str, bucket: &str, region: &str) -> Result<Self, StoreError> {
        let url = check_endpoint(endpoint)?;
        let path = url.path().trim_end_matches('/');
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            root: format!("{path}/{bucket}"),
            region: region.into(),
        })
    }

    /// Host and port, for messages and for the store's identity.
    pub(super) fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, host)| host)
    }

    /// The path of something in the bucket; `object` is encoded, empty for the bucket itself.
    pub(super) fn path(&self, object: &str) -> String {
        match (object, self.root.as_str()) {
            ("", "") => "/".into(),
            ("", root) => root.into(),
            (object, root) => format!("{root}/{object}"),
        }
    }
}

/// An endpoint as a URL, if it can be one. The text is not repeated in errors: it may hold a
/// password.
pub(super) fn check_endpoint(endpoint: &str) -> Result<url::Url, StoreError> {
    let wrong = |why: &str| StoreError::Settings(format!("the S3 endpoint (S3_ENDPOINT) {why}"));
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

/// A region's name, if it can be part of a host's name.
pub(super) fn check_region(region: &str) -> Result<String, StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    match !region.is_empty() && region.len() < 64 && region.bytes().all(plain) {
        true => Ok(region.into()),
        false => Err(StoreError::Settings(format!("'{}' is no region", region.escape_debug()))),
    }
}

/// A bucket's name, if it can be part of a URL.
pub(super) fn check_bucket(bucket: &str) -> Result<(), StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    match (3..=255).contains(&bucket.len()) && bucket.bytes().all(plain) && !bucket.contains("..") {
        true => Ok(()),
        false => {
            Err(StoreError::Settings(format!("'{}' is no bucket name", bucket.escape_debug())))
        }
    }
}

/// The encoded path of a key below `prefix`, or why the service cannot hold it.
pub(super) fn object_path(prefix: &str, key: &Key) -> Result<String, StoreError> {
    let refuse = |reason: &str| StoreError::Key { key: key.clone(), reason: reason.into() };
    let text = key.as_str().ok_or_else(|| refuse("S3 keys are UTF-8"))?;
    if text.is_empty() {
        return Err(refuse("it is empty"));
    }
    let full = if prefix.is_empty() { text.to_owned() } else { format!("{prefix}/{text}") };
    if full.len() > MAX_KEY_BYTES {
        return Err(refuse("it is longer than 1024 bytes with the prefix"));
    }
    if full.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(refuse("a '.' or '..' in a URL is taken away on the way"));
    }
    Ok(encode_path(full.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let at = |site: &Site, object: &str| format!("{}{}", site.origin, site.path(object));
        let amazon = Site::amazon("state", "eu-west-1");
        assert_eq!(at(&amazon, "a/b"), "https://state.s3.dualstack.eu-west-1.amazonaws.com/a/b");
        assert_eq!(at(&amazon, ""), "https://state.s3.dualstack.eu-west-1.amazonaws.com/");
        let dotted = Site::amazon("state.example.com", "us-east-1");
        let expected = "https://s3.dualstack.us-east-1.amazonaws.com/state.example.com/a";
        assert_eq!(at(&dotted, "a"), expected);
        let china = Site::amazon("state", "cn-north-1");
        assert_eq!(china.host(), "state.s3.dualstack.cn-north-1.amazonaws.com.cn");
        let cases = [
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000/state/a", "127.0.0.1:9000"),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000/state/a", "127.0.0.1:9000"),
            ("https://s3.example.com:443/api/", "https://s3.example.com/api/state/a", "s3.example.com"),
            ("https://[::1]:9000", "https://[::1]:9000/state/a", "[::1]:9000"),
        ];
        for (endpoint, url, host) in cases {
            let site = Site::custom(endpoint, "state", DEFAULT_REGION).expect(endpoint);
            assert_eq!((at(&site, "a").as_str(), site.host()), (url, host));
        }
    }

    #[test]
    fn endpoints_that_cannot_be_used() {
        for endpoint in ["", "host", "host:9000", "ftp://host", "https://", "file:///x", "https://u:hush@h", "https://h/?a"] {
            let error = check_endpoint(endpoint).expect_err(endpoint);
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }

    #[test]
    fn names_that_could_lead_elsewhere() {
        for bucket in ["ab", "a/b/c", "a b c", "evil.com#", "a..b", "../.."] {
            assert!(check_bucket(bucket).is_err(), "{bucket}");
        }
        for region in ["", "evil.com/", "a.b", "x@y"] {
            assert!(check_region(region).is_err(), "{region}");
        }
        assert!(check_region("us-gov-west-1").is_ok());
    }

    #[test]
    fn keys() {
        let path = |key: &str| object_path("pre/fix", &Key::from(key)).ok();
        for (key, expected) in [
            ("a", "pre/fix/a"),
            ("a//b", "pre/fix/a//b"),
            ("/lead", "pre/fix//lead"),
            ("dir/", "pre/fix/dir/"),
            ("a b+c%2F", "pre/fix/a%20b%2Bc%252F"),
            ("x\ny\u{1}", "pre/fix/x%0Ay%01"),
            ("...", "pre/fix/..."),
        ] {
            assert_eq!(path(key).as_deref(), Some(expected));
        }
        for key in ["", ".", "..", "a/./b", "a/..", "../a"] {
            assert_eq!(path(key), None, "{key}");
        }
        assert!(object_path("", &Key::new([0x66, 0xff])).is_err());
        assert!(path(&"x".repeat(1024 - 8)).is_some());
        assert!(path(&"x".repeat(1024 - 7)).is_none());
    }

    #[test]
    fn a_url_parser_leaves_our_paths_alone() {
        for key in ["a//b", "//", "dir/", "a%2e%2e/b", "\\", "con:<>|?*\"", " x ", "\u{7f}\t"] {
            let path = object_path("p", &Key::from(key)).expect(key);
            let url = url::Url::parse(&format!("https://host/{path}")).expect(key);
            assert_eq!(url.path(), format!("/{path}"));
        }
    }
}
