//! Settings as plain values, and where an environment has them.

use super::site;
use crate::store::surroundings::Variable;
use crate::store::{StoreError, Surroundings};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that says how to reach a storage account. No part of the library reads the
/// environment; [`AzureSettings::new`] is given what it holds.
///
/// # Precedence
///
/// `key`; `sas`; a token for `identity`: with its secret, with the token in its file, that of
/// the machine, that of the Azure CLI.
#[derive(Clone)]
pub struct AzureSettings {
    /// The account that the environment names; another one than the URL's is an error.
    pub account: Option<String>,
    /// The URL of the blob service; `None` for Azure's own.
    pub endpoint: Option<String>,
    /// The account's key, in base64.
    pub key: Option<String>,
    /// A shared access signature, as a query.
    pub sas: Option<String>,
    /// Who asks Entra ID for tokens.
    pub identity: EntraIdentity,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long nothing may come in while an answer is awaited.
    pub idle_timeout: Duration,
}

/// Who asks Entra ID for tokens, and where.
#[derive(Clone, Default)]
pub struct EntraIdentity {
    /// The application or managed identity.
    pub client_id: Option<String>,
    /// The application's secret.
    pub client_secret: Option<String>,
    /// The directory.
    pub tenant_id: Option<String>,
    /// The file with the token of a workload.
    pub token_file: Option<PathBuf>,
    /// The URL of Entra ID; `None` for Azure's own.
    pub authority: Option<String>,
    /// The URL at which App Service and the like have tokens of the managed identity.
    pub machine_endpoint: Option<String>,
}

/// What Azure is told by environment variable.
pub const VARIABLES: &[Variable] = &[
    ("AZURE_STORAGE_ACCOUNT", false),
    ("AZURE_STORAGE_BLOB_ENDPOINT", false),
    ("AZURE_STORAGE_ACCOUNT_KEY", true),
    ("AZURE_STORAGE_KEY", true),
    ("AZURE_STORAGE_SAS_TOKEN", true),
    ("AZURE_CLIENT_ID", false),
    ("AZURE_CLIENT_SECRET", true),
    ("AZURE_TENANT_ID", false),
    ("AZURE_FEDERATED_TOKEN_FILE", false),
    ("AZURE_AUTHORITY_HOST", false),
    ("IDENTITY_ENDPOINT", false),
];

impl Default for AzureSettings {
    fn default() -> Self {
        Self {
            account: None,
            endpoint: None,
            key: None,
            sas: None,
            identity: EntraIdentity::default(),
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
        }
    }
}

/// Shows what is set without the values that could hold a secret.
impl fmt::Debug for AzureSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self.endpoint.as_deref().map(|endpoint| {
            site::check_endpoint(endpoint).map_or("(unusable)".into(), |url| url.to_string())
        });
        f.debug_struct("AzureSettings")
            .field("account", &self.account)
            .field("endpoint", &endpoint)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

/// Shows who it is, without the secret.
impl fmt::Debug for EntraIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntraIdentity")
            .field("client_id", &self.client_id)
            .field("tenant_id", &self.tenant_id)
            .field("token_file", &self.token_file)
            .finish_non_exhaustive()
    }
}

impl AzureSettings {
    /// Settings as the environment has them.
    ///
    /// # Errors
    /// [`StoreError::Settings`] for an endpoint that cannot be one.
    pub fn new(surroundings: &Surroundings) -> Result<Self, StoreError> {
        let get = |name: &str| surroundings.variable(name);
        let endpoint = get("AZURE_STORAGE_BLOB_ENDPOINT");
        endpoint.as_deref().map(site::check_endpoint).transpose()?;
        Ok(Self {
            account: get("AZURE_STORAGE_ACCOUNT"),
            endpoint,
            key: get("AZURE_STORAGE_ACCOUNT_KEY").or_else(|| get("AZURE_STORAGE_KEY")),
            sas: get("AZURE_STORAGE_SAS_TOKEN"),
            identity: EntraIdentity {
                client_id: get("AZURE_CLIENT_ID"),
                client_secret: get("AZURE_CLIENT_SECRET"),
                tenant_id: get("AZURE_TENANT_ID"),
                token_file: get("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from),
                authority: get("AZURE_AUTHORITY_HOST"),
                machine_endpoint: get("IDENTITY_ENDPOINT"),
            },
            connect_timeout: surroundings.connect_timeout,
            idle_timeout: surroundings.idle_timeout,
        })
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
