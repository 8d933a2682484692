//! Settings as plain values, and how kops finds them in an environment.

use super::site;
use crate::store::surroundings::Variable;
use crate::store::{StoreError, Surroundings};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// An access key with its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key's identifier.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The token that goes with temporary keys.
    pub session_token: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// Everything that says how to reach an S3 service. No part of the library reads the
/// environment; [`S3Settings::new`] is given what it holds.
///
/// # Precedence
///
/// With an endpoint: `keys`, and nothing else. Without: `keys`; web identity; the profile
/// (`profile` or `default`); container credentials; instance metadata. The region is `region`,
/// else the profile's, else what the service says.
#[derive(Clone)]
pub struct S3Settings {
    /// The endpoint's URL; `None` for Amazon's own.
    pub endpoint: Option<String>,
    /// The region, if it is set.
    pub region: Option<String>,
    /// Keys, if they are set.
    pub keys: Option<Keys>,
    /// The name of a profile, if one is asked for.
    pub profile: Option<String>,
    /// The shared credentials file.
    pub credentials_file: Option<PathBuf>,
    /// The shared configuration file.
    pub config_file: Option<PathBuf>,
    /// The canned ACL that every write sets, if one is asked for.
    pub acl: Option<String>,
    /// Certificates to trust beside the system's.
    pub ca_bundle: Option<PathBuf>,
    /// The variables of the chain that are set.
    pub chain: BTreeMap<String, String>,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long nothing may come in while an answer is awaited.
    pub idle_timeout: Duration,
}

/// Variables of the AWS chain that are taken over as they are: web identity, containers,
/// instance metadata. None holds a secret.
pub const CHAIN: &[&str] = &[
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_DISABLED",
];

/// What S3 is told by environment variable.
pub const VARIABLES: &[Variable] = &[
    ("S3_ENDPOINT", false),
    ("S3_REGION", false),
    ("S3_ACCESS_KEY_ID", false),
    ("S3_SECRET_ACCESS_KEY", true),
    ("KOPS_STATE_S3_ACL", false),
    ("AWS_PROFILE", false),
    ("AWS_REGION", false),
    ("AWS_DEFAULT_REGION", false),
    ("AWS_ACCESS_KEY_ID", false),
    ("AWS_SECRET_ACCESS_KEY", true),
    ("AWS_SESSION_TOKEN", true),
    ("AWS_SHARED_CREDENTIALS_FILE", false),
    ("AWS_CONFIG_FILE", false),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", false),
    ("AWS_ROLE_ARN", false),
    ("AWS_CA_BUNDLE", false),
    ("AWS_ROLE_SESSION_NAME", false),
    ("AWS_ENDPOINT_URL_STS", false),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", false),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", false),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", false),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", false),
    ("AWS_EC2_METADATA_DISABLED", false),
];

impl Default for S3Settings {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: None,
            keys: None,
            profile: None,
            credentials_file: None,
            config_file: None,
            acl: None,
            ca_bundle: None,
            chain: BTreeMap::new(),
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
        }
    }
}

/// Shows what is set without the values that could hold a secret.
impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self.endpoint.as_deref().map(|endpoint| {
            site::check_endpoint(endpoint).map_or("(unusable)".into(), |url| url.to_string())
        });
        f.debug_struct("S3Settings")
            .field("endpoint", &endpoint)
            .field("region", &self.region)
            .field("keys", &self.keys)
            .field("profile", &self.profile)
            .field("acl", &self.acl)
            .field("chain", &self.chain.keys())
            .finish_non_exhaustive()
    }
}

impl S3Settings {
    /// Settings as kops finds them.
    ///
    /// # Errors
    /// [`StoreError::Settings`] for an endpoint that cannot be one, [`StoreError::Credentials`]
    /// for half a pair of keys, or none where `S3_ENDPOINT` is set.
    pub fn new(surroundings: &Surroundings) -> Result<Self, StoreError> {
        let get = |name: &str| surroundings.variable(name);
        let common = Self {
            connect_timeout: surroundings.connect_timeout,
            idle_timeout: surroundings.idle_timeout,
            acl: get("KOPS_STATE_S3_ACL"),
            ca_bundle: get("AWS_CA_BUNDLE").map(PathBuf::from),
            ..Self::default()
        };
        match get("S3_ENDPOINT") {
            Some(endpoint) => common.with_endpoint(endpoint, &get),
            None => common.with_chain(&get),
        }
    }

    fn with_endpoint(
        self,
        endpoint: String,
        get: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, StoreError> {
        site::check_endpoint(&endpoint)?;
        let keys = pair(get, "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")?.ok_or_else(|| {
            StoreError::Credentials(
                "S3_ENDPOINT is set, so S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set, \
                 too (kops does not use AWS_ACCESS_KEY_ID there)"
                    .into(),
            )
        })?;
        let region = get("S3_REGION").or_else(|| Some(site::DEFAULT_REGION.into()));
        Ok(Self { endpoint: Some(endpoint), region, keys: Some(keys), ..self })
    }

    fn with_chain(self, get: &dyn Fn(&str) -> Option<String>) -> Result<Self, StoreError> {
        let keys = pair(get, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")?
            .map(|keys| Keys { session_token: get("AWS_SESSION_TOKEN"), ..keys });
        let home = get("HOME").map(PathBuf::from);
        let file = |name: &str, default: &str| {
            get(name).map(PathBuf::from).or_else(|| Some(home.as_ref()?.join(".aws").join(default)))
        };
        Ok(Self {
            region: get("AWS_REGION").or_else(|| get("AWS_DEFAULT_REGION")),
            keys,
            profile: get("AWS_PROFILE"),
            credentials_file: file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            config_file: file("AWS_CONFIG_FILE", "config"),
            chain: CHAIN.iter().filter_map(|name| Some(((*name).into(), get(name)?))).collect(),
            ..self
        })
    }
}

fn pair(
    get: &dyn Fn(&str) -> Option<String>,
    id: &str,
    secret: &str,
) -> Result<Option<Keys>, StoreError> {
    let half = |is: &str, missing: &str| {
        Err(StoreError::Credentials(format!("{is} is set but {missing} is not")))
    };
    match (get(id), get(secret)) {
        (Some(access_key_id), Some(secret_access_key)) => {
            Ok(Some(Keys { access_key_id, secret_access_key, session_token: None }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => half(id, secret),
        (None, Some(_)) => half(secret, id),
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
