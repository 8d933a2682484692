//! Where a bucket is: which host, which path, which region.

use crate::store::{StoreError, wire};

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

/// An endpoint as a URL, if it can be one.
pub(super) fn check_endpoint(endpoint: &str) -> Result<url::Url, StoreError> {
    wire::check_endpoint("the S3 endpoint (S3_ENDPOINT)", endpoint)
}

/// A region's name, if it can be part of a host's name.
pub(super) fn check_region(region: &str) -> Result<String, StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    match !region.is_empty() && region.len() < 64 && region.bytes().all(plain) {
        true => Ok(region.into()),
        false => Err(StoreError::Settings(format!("'{}' is no region", region.escape_debug()))),
    }
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
