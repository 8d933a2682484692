//! Sending requests: one attempt each, with a token.

use super::call::Call;
use super::credentials::{Token, Tokens};
use super::reply::Reply;
use super::settings::GcsSettings;
use super::site::Site;
use crate::store::count::Stats;
use crate::store::wire::{HttpClient, HttpSettings, NoReply, request};
use crate::store::{Clock, StoreError};
use chrono::TimeDelta;
use http::StatusCode;
use std::sync::Arc;

/// A connection to one bucket.
pub(super) struct Client {
    http: HttpClient,
    /// Where the bucket is.
    pub(super) site: Site,
    tokens: Tokens,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for a bucket.
    pub(super) fn new(
        site: Site,
        tokens: Tokens,
        settings: &GcsSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        let http_settings = HttpSettings {
            is_plain: site.is_plain(),
            ca_bundle: None,
            connect_timeout: settings.connect_timeout,
            idle_timeout: settings.idle_timeout,
        };
        let http = HttpClient::new(&http_settings, clock, stats)?;
        Ok(Self { http, site, tokens })
    }

    /// The time.
    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.http.clock
    }

    /// How far the service's clock was ahead of ours at its last reply.
    pub(super) fn clock_offset(&self) -> Option<TimeDelta> {
        self.http.clock_offset()
    }

    /// Sends a read.
    pub(super) async fn read(&self, call: &Call) -> Result<Reply, StoreError> {
        self.send(call).await.map_err(NoReply::of_read)
    }

    /// Sends a request; once more if the service refused the token, which it does instead of
    /// doing anything, and there is a new one.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, NoReply> {
        let token = self.tokens.token().await.map_err(NoReply::NotSent)?;
        let reply = self.send_once(call, token.as_ref()).await?;
        let refused = token.filter(|_| reply.status == StatusCode::UNAUTHORIZED);
        let Some(refused) = refused else { return Ok(reply) };
        match self.tokens.renewed(&refused).await.map_err(NoReply::NotSent)? {
            Some(token) => self.send_once(call, Some(&token)).await,
            None => Ok(reply),
        }
    }

    async fn send_once(&self, call: &Call, token: Option<&Token>) -> Result<Reply, NoReply> {
        let mut headers = call.headers.clone();
        headers.extend(token.map(|token| ("authorization".to_owned(), token.header())));
        let request = request(&call.method, &call.address(), &headers, &call.body)
            .map_err(NoReply::NotSent)?;
        let host = self.site.host();
        match call.deadline {
            Some(deadline) => self.http.send_until(deadline, request, call.kind, host).await,
            None => self.http.send(request, call.kind, host).await,
        }
    }
}
