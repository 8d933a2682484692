//! Tokens: asking for one, and what comes with it.

use super::catalog;
use super::login::Login;
use super::reply::{summary, verdict};
use super::settings::SwiftSettings;
use crate::model::Timestamp;
use crate::store::StoreError;
use crate::store::count::Request;
use crate::store::wire::{HttpClient, NoReply, Reply, host_of, request};
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Method, StatusCode};
use std::collections::BTreeMap;

/// A token, and what was said with it.
#[derive(Clone)]
pub(super) struct Grant {
    /// The token.
    pub token: String,
    /// Where the account is; `None`: nothing was said.
    pub storage_url: Option<String>,
    /// Until when the token is good; `None`: nothing was said.
    pub expires: Option<Timestamp>,
}

/// Asks for a token.
pub(super) async fn grant(
    http: &HttpClient,
    settings: &SwiftSettings,
) -> Result<Grant, StoreError> {
    match &settings.login {
        Login::Token(token) => Ok(Grant { token: token.clone(), storage_url: None, expires: None }),
        Login::V1 { auth_url, user, key } => {
            let headers = [("x-auth-user", user.clone()), ("x-auth-key", key.clone())];
            let reply = ask(http, &Method::GET, auth_url, &headers, &Bytes::new()).await?;
            let expires = of_v1(&reply).map(|left| http.clock.now() + left);
            let storage_url = reply.header("x-storage-url").map(str::to_owned);
            Ok(Grant { token: token(&reply, "x-auth-token")?, storage_url, expires })
        }
        Login::V3 { auth_url, body } => {
            let headers = [("content-type", "application/json".to_owned())];
            let url = format!("{auth_url}/auth/tokens");
            let reply = ask(http, &Method::POST, &url, &headers, &body.clone().into()).await?;
            let said = catalog::read(&reply.body).map_err(|why| unusable(&reply, why))?;
            let storage_url = match settings.storage_url {
                Some(_) => None,
                None => Some(said.storage_url(settings.region.as_deref(), &settings.interface)?),
            };
            let expires = Some(said.expires());
            Ok(Grant { token: token(&reply, "x-subject-token")?, storage_url, expires })
        }
    }
}

async fn ask(
    http: &HttpClient,
    method: &Method,
    url: &str,
    headers: &[(&str, String)],
    body: &Bytes,
) -> Result<Reply, StoreError> {
    let headers: BTreeMap<String, String> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let request = request(method, url, &headers, body)?;
    let sent = http.send(request, Request::Other, host_of(url)).await;
    let reply = sent.map_err(NoReply::of_read)?;
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Err(StoreError::Settings(
            format!("{}; is the address that gives tokens right?", summary(&reply)),
        )),
        _ => Err(verdict(&reply).read_error("a role in the project")),
    }
}

fn token(reply: &Reply, header: &str) -> Result<String, StoreError> {
    let token = reply.header(header).filter(|token| !token.is_empty());
    token.map(str::to_owned).ok_or_else(|| unusable(reply, "it holds no token"))
}

/// How long a token of version 1 is good for.
fn of_v1(reply: &Reply) -> Option<TimeDelta> {
    TimeDelta::try_seconds(reply.header("x-auth-token-expires")?.parse().ok()?)
}

fn unusable(reply: &Reply, why: &str) -> StoreError {
    StoreError::Protocol(format!("the login is not usable, {why} ({})", summary(reply)))
}
