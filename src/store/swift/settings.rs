//! Settings as plain values, and how OpenStack's clients find them in an environment.

use super::clouds;
use super::login::{self, Login};
use crate::store::surroundings::Variable;
use crate::store::{StoreError, Surroundings};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that says how to reach a Swift service.
///
/// # Precedence
///
/// A cloud of `clouds.yaml` (`OS_CLOUD`); a ready token (`OS_AUTH_TOKEN` or `OS_TOKEN`, with
/// `OS_STORAGE_URL`); `OS_AUTH_URL`, which is version 1 if it ends in `/v1` or `/v1.0`;
/// `ST_AUTH`.
#[derive(Clone)]
pub struct SwiftSettings {
    /// How to get a token.
    pub login: Login,
    /// Where the account is, instead of where the login says.
    pub storage_url: Option<String>,
    /// The region whose storage is meant; `None`: there is but one.
    pub region: Option<String>,
    /// Which address of the storage is meant: `public`, `internal` or `admin`.
    pub interface: String,
    /// Certificates to trust beside the system's.
    pub ca_bundle: Option<PathBuf>,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long nothing may come in while an answer is awaited.
    pub idle_timeout: Duration,
}

/// What Swift is told by environment variable.
pub const VARIABLES: &[Variable] = &[
    ("OS_CLOUD", false),
    ("OS_CLIENT_CONFIG_FILE", false),
    ("OS_AUTH_TYPE", false),
    ("OS_AUTH_URL", false),
    ("OS_AUTH_TOKEN", true),
    ("OS_TOKEN", true),
    ("OS_STORAGE_URL", false),
    ("OS_USERNAME", false),
    ("OS_USER_ID", false),
    ("OS_USERID", false),
    ("OS_PASSWORD", true),
    ("OS_PROJECT_NAME", false),
    ("OS_PROJECT_ID", false),
    ("OS_TENANT_NAME", false),
    ("OS_TENANT_ID", false),
    ("OS_USER_DOMAIN_NAME", false),
    ("OS_USER_DOMAIN_ID", false),
    ("OS_PROJECT_DOMAIN_NAME", false),
    ("OS_PROJECT_DOMAIN_ID", false),
    ("OS_DOMAIN_NAME", false),
    ("OS_DOMAIN_ID", false),
    ("OS_APPLICATION_CREDENTIAL_ID", false),
    ("OS_APPLICATION_CREDENTIAL_NAME", false),
    ("OS_APPLICATION_CREDENTIAL_SECRET", true),
    ("OS_REGION_NAME", false),
    ("OS_INTERFACE", false),
    ("OS_ENDPOINT_TYPE", false),
    ("OS_CACERT", false),
    ("ST_AUTH", false),
    ("ST_USER", false),
    ("ST_KEY", true),
];

/// Shows what is set without the values that could hold a secret.
impl fmt::Debug for SwiftSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SwiftSettings")
            .field("login", &self.login)
            .field("region", &self.region)
            .field("interface", &self.interface)
            .finish_non_exhaustive()
    }
}

impl SwiftSettings {
    /// Settings as the environment has them.
    ///
    /// # Errors
    /// [`StoreError::Credentials`] for a login of which something is missing, or none;
    /// [`StoreError::Settings`] for a `clouds.yaml` that cannot be used.
    pub fn new(surroundings: &Surroundings) -> Result<Self, StoreError> {
        match surroundings.variable("OS_CLOUD") {
            Some(cloud) => {
                let named = clouds::read(&cloud, surroundings)?;
                // Of several regions of one cloud, people choose by these.
                let chosen = ["OS_REGION_NAME", "OS_INTERFACE"];
                let get = |name: &str| {
                    let own = chosen.contains(&name).then(|| surroundings.variable(name));
                    own.flatten().or_else(|| named.get(name).cloned())
                };
                Self::from(&get, surroundings)
            }
            None => Self::from(&|name| surroundings.variable(name), surroundings),
        }
    }

    fn from(
        get: &dyn Fn(&str) -> Option<String>,
        surroundings: &Surroundings,
    ) -> Result<Self, StoreError> {
        let interface = get("OS_INTERFACE").or_else(|| get("OS_ENDPOINT_TYPE"));
        let interface = interface.unwrap_or_else(|| "public".into());
        Ok(Self {
            login: login::find(get)?,
            storage_url: get("OS_STORAGE_URL"),
            region: get("OS_REGION_NAME"),
            // Old clients say publicURL.
            interface: interface.trim_end_matches("URL").to_owned(),
            ca_bundle: get("OS_CACERT").map(PathBuf::from),
            connect_timeout: surroundings.connect_timeout,
            idle_timeout: surroundings.idle_timeout,
        })
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
