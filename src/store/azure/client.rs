//! Sending requests: one attempt each.

use super::call::Call;
use super::credentials::{Access, Credentials};
use super::sas::VERSION;
use super::settings::AzureSettings;
use super::site::Site;
use crate::store::count::{Request, Stats};
use crate::store::wire::{HttpClient, HttpSettings, NoReply, Reply, encode, request};
use crate::store::{Clock, StoreError};
use chrono::TimeDelta;
use http::StatusCode;
use std::sync::Arc;

/// A connection to one container.
pub(super) struct Client {
    http: HttpClient,
    site: Site,
    credentials: Credentials,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for a site. Sends nothing yet.
    pub(super) fn new(
        site: Site,
        settings: &AzureSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        let credentials = Credentials::new(settings, &site)?;
        let settings = HttpSettings {
            is_plain: site.is_plain(),
            ca_bundle: None,
            connect_timeout: settings.connect_timeout,
            idle_timeout: settings.idle_timeout,
        };
        let http = match site.is_local() {
            true => HttpClient::direct(&settings, clock, stats)?,
            false => HttpClient::new(&settings, clock, stats)?,
        };
        Ok(Self { http, site, credentials })
    }

    /// The clock.
    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.http.clock
    }

    /// Where the container is.
    pub(super) fn site(&self) -> &Site {
        &self.site
    }

    /// How far the service's clock was ahead of ours at its last reply.
    pub(super) fn clock_offset(&self) -> Option<TimeDelta> {
        self.http.clock_offset()
    }

    /// Whether requests have a signature of our own, with an end of its own.
    pub(super) fn signs(&self) -> bool {
        matches!(self.credentials, Credentials::Key(_))
    }

    /// Sends a read.
    pub(super) async fn read(&self, call: &Call) -> Result<Reply, StoreError> {
        self.send(call).await.map_err(NoReply::of_read)
    }

    /// Sends a request; once more with a new token if the service does not take the one that
    /// we had, which it says instead of doing anything.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, NoReply> {
        let reply = self.send_once(call).await?;
        match &self.credentials {
            Credentials::Tokens(tokens) if reply.status == StatusCode::UNAUTHORIZED => {
                tokens.renew().map_err(NoReply::NotSent)?;
                self.send_once(call).await
            }
            _ => Ok(reply),
        }
    }

    async fn send_once(&self, call: &Call) -> Result<Reply, NoReply> {
        let access = self.credentials.access(call, &self.site, self.clock().now()).await;
        let request = self.request(call, access.map_err(NoReply::NotSent)?)?;
        let (kind, host) = (kind(call), self.site.host());
        match call.deadline {
            Some(deadline) if deadline - self.clock().now() < TimeDelta::seconds(1) => {
                Err(NoReply::Late)
            }
            Some(deadline) => self.http.send_until(deadline, request, kind, host).await,
            None => self.http.send(request, kind, host).await,
        }
    }

    fn request(&self, call: &Call, access: Access) -> Result<reqwest::Request, NoReply> {
        let mut headers = call.headers.clone();
        let date = self.clock().now().format("%a, %d %b %Y %H:%M:%S GMT");
        headers.insert("x-ms-date".into(), date.to_string());
        headers.insert("x-ms-version".into(), VERSION.into());
        let pair = |(name, value): &(&str, String)| format!("{name}={}", encode(value.as_bytes()));
        let mut query: Vec<String> = call.query.iter().map(pair).collect();
        match access {
            Access::Query(signature) => query.push(signature),
            Access::Header(token) => drop(headers.insert("authorization".into(), token)),
        }
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{mark}{}", self.site.url(call.blob.as_deref()), query.join("&"));
        request(&call.method, &url, &headers, &call.body).map_err(NoReply::NotSent)
    }
}

fn kind(call: &Call) -> Request {
    match call.method.as_str() {
        "GET" if call.blob.is_none() => Request::List,
        _ if !call.query.is_empty() => Request::Other,
        "GET" => Request::Get,
        "HEAD" => Request::Head,
        "PUT" => Request::Put,
        "DELETE" => Request::Delete,
        _ => Request::Other,
    }
}
