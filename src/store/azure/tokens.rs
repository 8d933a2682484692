//! Tokens of Entra ID: what `object_store` knows of getting them.

use super::settings::EntraIdentity;
use crate::store::StoreError;
use crate::store::wire::{install_cryptography, one_line, token_retries};
use object_store::CredentialProvider;
use object_store::azure::{AzureConfigKey, AzureCredential, MicrosoftAzureBuilder};
use object_store::client::ClientConfigKey;
use std::sync::{Arc, Mutex, PoisonError};

type Source = Arc<dyn CredentialProvider<Credential = AzureCredential>>;

/// A supply of tokens, each kept until five minutes before its end.
pub(super) struct Tokens {
    identity: EntraIdentity,
    sources: Mutex<Vec<Source>>,
}

impl Tokens {
    /// For an identity.
    pub(super) fn new(identity: &EntraIdentity) -> Result<Self, StoreError> {
        let sources = Mutex::new(sources(identity)?);
        Ok(Self { identity: identity.clone(), sources })
    }

    /// A token of the first source that has one.
    pub(super) async fn token(&self) -> Result<String, StoreError> {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut refusals = Vec::new();
        for source in sources {
            match source.get_credential().await.as_deref() {
                Ok(AzureCredential::BearerToken(token)) => return Ok(token.clone()),
                Ok(_) => refusals.push("no token came".to_owned()),
                Err(error) => refusals.push(one_line(error)),
            }
        }
        let refusals = refusals.join("; ");
        Err(StoreError::Credentials(format!("{refusals}; {WHAT_TO_SET}")))
    }

    /// Forgets the tokens, because the service does not take them any more.
    pub(super) fn renew(&self) -> Result<(), StoreError> {
        let fresh = sources(&self.identity)?;
        *self.sources.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

const WHAT_TO_SET: &str = "set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN, or AZURE_TENANT_ID, \
     AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or log in with `az login`";

/// Where to ask, in order.
fn sources(identity: &EntraIdentity) -> Result<Vec<Source>, StoreError> {
    let kinds: &[&str] = if identity.client_secret.is_some() {
        &["client_secret"]
    } else if identity.token_file.is_some() {
        &["workload_identity"]
    } else if identity.machine_endpoint.is_some() || is_azures_machine() {
        &["managed_identity", "azure_cli"]
    } else {
        &["azure_cli"]
    };
    kinds.iter().map(|kind| source(identity, kind)).collect()
}

fn source(identity: &EntraIdentity, kind: &str) -> Result<Source, StoreError> {
    install_cryptography();
    let token_file = identity.token_file.as_ref().map(|path| path.display().to_string());
    let is_local = identity.authority.as_ref().is_some_and(|at| at.starts_with("http://127.0.0.1"));
    let settings = [
        (AzureConfigKey::ClientId, identity.client_id.clone()),
        (AzureConfigKey::ClientSecret, identity.client_secret.clone()),
        (AzureConfigKey::AuthorityId, identity.tenant_id.clone()),
        (AzureConfigKey::FederatedTokenFile, token_file),
        (AzureConfigKey::AuthorityHost, identity.authority.as_deref().map(without_slash)),
        (AzureConfigKey::MsiEndpoint, identity.machine_endpoint.clone()),
        (AzureConfigKey::CredentialType, Some(kind.to_owned())),
        (AzureConfigKey::Client(ClientConfigKey::AllowHttp), Some(is_local.to_string())),
    ];
    let builder = MicrosoftAzureBuilder::new()
        .with_account("account")
        .with_container_name("container")
        .with_retry(token_retries());
    let builder = settings.into_iter().fold(builder, |builder, (key, value)| match value {
        Some(value) => builder.with_config(key, value),
        None => builder,
    });
    let store = builder.build().map_err(|error| StoreError::Credentials(one_line(&error)))?;
    Ok(store.credentials().clone())
}

/// As Azure's own tools spell it, the address of Entra ID ends in a slash.
fn without_slash(authority: &str) -> String {
    authority.trim_end_matches('/').to_owned()
}

/// Whether this is a virtual machine of Azure's, the only place that has its metadata service.
/// Elsewhere the address is nobody's, and asking it costs a time-out.
fn is_azures_machine() -> bool {
    const TAG: &str = "7783-7084-3265-9085-8269-3286-77";
    let path = "/sys/devices/virtual/dmi/id/chassis_asset_tag";
    std::fs::read_to_string(path).is_ok_and(|text| text.trim() == TAG)
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
