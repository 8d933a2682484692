//! Sending requests: one attempt each, with a token.

use super::session::Session;
use super::settings::SwiftSettings;
use crate::model::Timestamp;
use crate::store::count::{Request, Stats};
use crate::store::wire::{
    Call, HttpClient, HttpSettings, NoReply, Reply, check_endpoint, encode, host_of, request,
};
use crate::store::{Clock, StoreError};
use chrono::TimeDelta;
use http::StatusCode;
use std::sync::Arc;

/// A connection to one container.
pub(super) struct Client {
    http: HttpClient,
    session: Session,
    /// The account's address, without a slash at its end.
    account: String,
    /// The container, encoded.
    container: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("account", &self.account).finish_non_exhaustive()
    }
}

impl Client {
    /// Logs in.
    pub(super) async fn new(
        container: &str,
        settings: &SwiftSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        let http = |url: &str| {
            HttpClient::new(&http_settings(settings, url), clock.clone(), stats.clone())
        };
        let auth_url = settings.login.auth_url().unwrap_or_default();
        let (session, account) = Session::start(http(auth_url)?, settings.clone()).await?;
        check_account(&account, auth_url)?;
        let account = account.trim_end_matches('/').to_owned();
        let container = encode(container.as_bytes());
        Ok(Self { http: http(&account)?, session, account, container })
    }

    /// The account without the scheme, for the store's identity.
    pub(super) fn account(&self) -> &str {
        self.account.split_once("://").map_or(&self.account, |(_, account)| account)
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        self.http.clock.now()
    }

    /// How far the service's clock was ahead of ours at its last reply.
    pub(super) fn clock_offset(&self) -> Option<TimeDelta> {
        self.http.clock_offset()
    }

    /// Sends a read.
    pub(super) async fn read(&self, call: &Call) -> Result<Reply, StoreError> {
        self.send(call).await.map_err(NoReply::of_read)
    }

    /// Sends a request; once more with a new token if the service does not take ours, which it
    /// says instead of doing anything.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, NoReply> {
        let token = self.session.token(None).await.map_err(NoReply::NotSent)?;
        let reply = self.send_once(call, &token).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let token = self.session.token(Some(&token)).await.map_err(NoReply::NotSent)?;
        self.send_once(call, &token).await
    }

    async fn send_once(&self, call: &Call, token: &str) -> Result<Reply, NoReply> {
        let mut headers = call.headers.clone();
        headers.insert("x-auth-token".into(), token.into());
        let url = self.url(call);
        let request =
            request(&call.method, &url, &headers, &call.body).map_err(NoReply::NotSent)?;
        let host = host_of(&self.account);
        match call.deadline {
            Some(deadline) => self.http.send_until(deadline, request, kind(call), host).await,
            None => self.http.send(request, kind(call), host).await,
        }
    }

    fn url(&self, call: &Call) -> String {
        let object = match call.object.as_str() {
            "" => String::new(),
            object => format!("/{object}"),
        };
        let pair = |(name, value): &(&str, String)| format!("{name}={}", encode(value.as_bytes()));
        let query: Vec<String> = call.query.iter().map(pair).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}/{}{object}{mark}{}", self.account, self.container, query.join("&"))
    }
}

/// A token that was got over TLS is not sent without.
fn check_account(account: &str, auth_url: &str) -> Result<(), StoreError> {
    check_endpoint("the storage URL (OS_STORAGE_URL, or what the login says)", account)?;
    match auth_url.starts_with("https://") && is_plain(account) {
        false => Ok(()),
        true => Err(StoreError::Settings(format!(
            "the login is over TLS, the storage at {} is not",
            host_of(account)
        ))),
    }
}

fn is_plain(url: &str) -> bool {
    url.starts_with("http://")
}

fn http_settings(settings: &SwiftSettings, url: &str) -> HttpSettings {
    HttpSettings {
        is_plain: is_plain(url),
        ca_bundle: settings.ca_bundle.clone(),
        connect_timeout: settings.connect_timeout,
        idle_timeout: settings.idle_timeout,
    }
}

fn kind(call: &Call) -> Request {
    match call.method.as_str() {
        "GET" if call.object.is_empty() => Request::List,
        "GET" => Request::Get,
        "PUT" => Request::Put,
        "DELETE" => Request::Delete,
        "HEAD" if !call.object.is_empty() => Request::Head,
        _ => Request::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_was_got_over_tls_is_not_sent_without() {
        let cases = [
            ("https://id/v3", "https://s/v1/AUTH_a", true),
            ("http://id/v3", "http://s/v1/AUTH_a", true),
            ("", "http://s/v1/AUTH_a", true),
            ("http://id/v3", "https://s/v1/AUTH_a", true),
            ("https://id/v3", "http://s/v1/AUTH_a", false),
            ("https://id/v3", "ftp://s/v1/AUTH_a", false),
            ("https://id/v3", "/v1/AUTH_a", false),
        ];
        for (auth_url, account, expected) in cases {
            assert_eq!(check_account(account, auth_url).is_ok(), expected, "{auth_url} {account}");
        }
    }
}
