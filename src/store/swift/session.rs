//! A token that is kept, and renewed before it is over.

use super::identity::{Grant, grant};
use super::login::Login;
use super::settings::SwiftSettings;
use crate::store::StoreError;
use crate::store::wire::HttpClient;
use chrono::TimeDelta;
use tokio::sync::Mutex;

/// How long before its end a token is renewed.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// A login, and the token that it gave last.
pub(super) struct Session {
    http: HttpClient,
    settings: SwiftSettings,
    grant: Mutex<Grant>,
}

impl Session {
    /// Logs in; returns where the account is, too.
    pub(super) async fn start(
        http: HttpClient,
        settings: SwiftSettings,
    ) -> Result<(Self, String), StoreError> {
        let grant = grant(&http, &settings).await?;
        let storage_url = settings.storage_url.clone().or_else(|| grant.storage_url.clone());
        let storage_url = storage_url.ok_or_else(|| {
            StoreError::Settings("the login does not say where the account is".into())
        })?;
        Ok((Self { http, settings, grant: Mutex::new(grant) }, storage_url))
    }

    /// A token that is good for a while. `refused`: one that the service does not take, although
    /// it should still be good.
    pub(super) async fn token(&self, refused: Option<&str>) -> Result<String, StoreError> {
        // Held while a new one is asked for, so that it is asked for once.
        let mut current = self.grant.lock().await;
        let end = self.http.clock.now() + MARGIN;
        let is_over = current.expires.is_some_and(|expires| expires <= end);
        if is_over || refused == Some(current.token.as_str()) {
            if matches!(self.settings.login, Login::Token(_)) {
                let why = "the token in OS_AUTH_TOKEN or OS_TOKEN is not taken any more";
                return Err(StoreError::Credentials(why.into()));
            }
            *current = grant(&self.http, &self.settings).await?;
        }
        Ok(current.token.clone())
    }
}
