//! Where tokens come from.

use super::metadata::Metadata;
use super::settings::GcsSettings;
use crate::store::wire::{install_cryptography, one_line, token_retries};
use crate::store::{Clock, StoreError};
use object_store::gcp::{GcpCredentialProvider, GoogleCloudStorageBuilder};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A token. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token(String);

impl Token {
    /// The header that it is sent in.
    pub(super) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

/// Somebody who hands out tokens. Both keep a token until shortly before its end.
enum Provider {
    File(PathBuf, GcpCredentialProvider),
    Metadata(Metadata),
}

/// The tokens that the settings ask for, if they do; see [`GcsSettings`] for the order.
pub(super) struct Tokens(Option<Mutex<Provider>>);

impl Tokens {
    /// Asks nobody yet, but reads the file.
    pub(super) fn new(settings: &GcsSettings, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        if !settings.uses_credentials {
            return Ok(Self(None));
        }
        let well_known = settings.well_known_file.as_ref().filter(|path| path.exists());
        let provider = match settings.credentials_file.as_ref().or(well_known) {
            Some(path) => Provider::File(path.clone(), of_file(path)?),
            None => {
                let host = &settings.metadata_host;
                Provider::Metadata(Metadata::new(host, settings.idle_timeout, clock)?)
            }
        };
        Ok(Self(Some(Mutex::new(provider))))
    }

    /// A token; `None`: none is needed.
    pub(super) async fn token(&self) -> Result<Option<Token>, StoreError> {
        match &self.0 {
            // Held while a token is fetched, so that it is fetched once.
            Some(provider) => provider.lock().await.token().await.map(Some),
            None => Ok(None),
        }
    }

    /// Another token than one that was refused; `None`: there is no other.
    pub(super) async fn renewed(&self, refused: &Token) -> Result<Option<Token>, StoreError> {
        let Some(provider) = &self.0 else { return Ok(None) };
        let mut provider = provider.lock().await;
        let mut token = provider.token().await?;
        if token == *refused {
            provider.forget()?;
            token = provider.token().await?;
        }
        Ok((token != *refused).then_some(token))
    }
}

impl Provider {
    async fn token(&mut self) -> Result<Token, StoreError> {
        match self {
            Self::Metadata(metadata) => metadata.token().await.map(Token),
            Self::File(_, provider) => {
                let credential = provider.get_credential().await;
                let credential =
                    credential.map_err(|error| StoreError::Credentials(one_line(&error)))?;
                Ok(Token(credential.bearer.clone()))
            }
        }
    }

    /// Forgets the last token. A file is read anew.
    fn forget(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Metadata(metadata) => metadata.forget(),
            Self::File(path, provider) => *provider = of_file(path)?,
        }
        Ok(())
    }
}

fn of_file(path: &Path) -> Result<GcpCredentialProvider, StoreError> {
    install_cryptography();
    let unusable = |why: &str| {
        StoreError::Credentials(format!("the credentials in '{}' {why}", path.display()))
    };
    let bytes =
        std::fs::read(path).map_err(|error| unusable(&format!("cannot be read: {error}")))?;
    check(&bytes).map_err(|why| unusable(&why))?;
    let path = path.to_str().ok_or_else(|| unusable("have a name that is not UTF-8"))?;
    // The error is not shown: it can repeat what is in the file.
    let store = GoogleCloudStorageBuilder::new()
        .with_bucket_name("bucket")
        .with_application_credentials(path)
        .with_retry(token_retries())
        .build()
        .map_err(|_| unusable("hold a key that cannot be used"))?;
    Ok(store.credentials().clone())
}

/// Says what is wrong with a file of credentials, without repeating anything of it but a type
/// that is known.
fn check(bytes: &[u8]) -> Result<(), String> {
    let file: Value = serde_json::from_slice(bytes).map_err(|_| "are no JSON")?;
    let text = |name: &str| file.get(name).and_then(Value::as_str);
    let needed = match text("type") {
        Some("service_account") => ["private_key", "private_key_id", "client_email"],
        Some("authorized_user") => ["client_id", "client_secret", "refresh_token"],
        Some("external_account") => return Err(unsupported("external_account")),
        Some("external_account_authorized_user") => {
            return Err(unsupported("external_account_authorized_user"));
        }
        Some("impersonated_service_account") => {
            return Err(unsupported("impersonated_service_account"));
        }
        _ => return Err("are of no type that is known".into()),
    };
    match needed.iter().find(|name| text(name).is_none()) {
        Some(missing) => Err(format!("lack '{missing}'")),
        None => Ok(()),
    }
}

fn unsupported(kind: &str) -> String {
    format!(
        "are of the type '{kind}', which is not supported; use the key of a service account, \
         those of `gcloud auth application-default login`, or a machine's or pod's own"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_can_and_cannot_be_used() {
        let cases = [
            (
                r#"{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c"}"#,
                None,
            ),
            (
                r#"{"type":"authorized_user","client_id":"a","client_secret":"hush"}"#,
                Some("refresh_token"),
            ),
            (r#"{"type":"service_account","private_key":["hush"]}"#, Some("private_key")),
            (r#"{"type":"external_account","audience":"hush"}"#, Some("external_account")),
            (r#"{"type":"impersonated_service_account"}"#, Some("impersonated")),
            (r#"{"type":"hush"}"#, Some("no type")),
            (r#""hush""#, Some("no type")),
            ("hush", Some("JSON")),
        ];
        for (text, expected) in cases {
            let wrong = check(text.as_bytes()).err();
            assert_eq!(wrong.is_some(), expected.is_some(), "{text}");
            let told = wrong.unwrap_or_default();
            assert!(told.contains(expected.unwrap_or_default()), "{told}");
            assert!(!told.contains("hush"), "{told}");
        }
    }
}
