//! What allows a request: the account's key, a given signature, or a token.

use super::call::Call;
use super::sas;
use super::settings::AzureSettings;
use super::site::Site;
use super::tokens::Tokens;
use crate::model::Timestamp;
use crate::store::StoreError;
use crate::store::wire::from_base64;

/// What the service is shown; see [`AzureSettings`] for the order.
pub(super) enum Credentials {
    /// The account's key, which signs every request.
    Key(Vec<u8>),
    /// A signature that somebody gave us, which goes into every query.
    Sas(String),
    /// Tokens of Entra ID.
    Tokens(Tokens),
}

/// What a request carries.
pub(super) enum Access {
    /// Something in its query.
    Query(String),
    /// A header `Authorization`.
    Header(String),
}

impl Credentials {
    /// Those that the settings ask for. Sends nothing yet.
    pub(super) fn new(settings: &AzureSettings, site: &Site) -> Result<Self, StoreError> {
        if let Some(key) = &settings.key {
            return Ok(Self::Key(decoded(key)?));
        }
        if let Some(sas) = &settings.sas {
            return Ok(Self::Sas(checked(sas)?));
        }
        if site.is_plain() && !site.is_local() {
            return Err(StoreError::Credentials(
                "a token is not sent without TLS; give the endpoint as https://, or set \
                 AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN"
                    .into(),
            ));
        }
        Tokens::new(&settings.identity).map(Self::Tokens)
    }

    /// What a request carries.
    pub(super) async fn access(
        &self,
        call: &Call,
        site: &Site,
        now: Timestamp,
    ) -> Result<Access, StoreError> {
        Ok(match self {
            Self::Key(key) => Access::Query(sas::sign(key, site, call, now)),
            Self::Sas(query) => Access::Query(query.clone()),
            Self::Tokens(tokens) => Access::Header(format!("Bearer {}", tokens.token().await?)),
        })
    }
}

fn decoded(key: &str) -> Result<Vec<u8>, StoreError> {
    from_base64(key.trim()).filter(|key| !key.is_empty()).ok_or_else(|| {
        StoreError::Credentials("AZURE_STORAGE_KEY is no key of an account: not base64".into())
    })
}

/// A signature as it can stand in a URL. It is used as it is, for nothing says in which of the
/// possible encodings it was signed.
fn checked(sas: &str) -> Result<String, StoreError> {
    let query = sas.trim().trim_start_matches('?').trim_matches('&');
    let is_plain = query.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    let is_signed = query.split('&').any(|pair| pair.starts_with("sig="));
    match is_plain && is_signed {
        true => Ok(query.into()),
        false => Err(StoreError::Credentials(
            "AZURE_STORAGE_SAS_TOKEN is no shared access signature: a query with sig=".into(),
        )),
    }
}
