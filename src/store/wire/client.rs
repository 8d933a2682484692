//! Sending requests, one attempt each.

use super::lost::{NoReply, describe, install_cryptography, no_reply};
use super::reply::Reply;
use crate::model::Timestamp;
use crate::store::count::{Request, Stats};
use crate::store::{Clock, StoreError};
use bytes::{Bytes, BytesMut};
use chrono::TimeDelta;
use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Method};
use reqwest::Response;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How a service is talked to.
#[derive(Clone, Debug)]
pub(in crate::store) struct HttpSettings {
    /// Whether the service is reached without TLS.
    pub is_plain: bool,
    /// Certificates to trust beside the system's.
    pub ca_bundle: Option<PathBuf>,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long nothing may come in while an answer is awaited.
    pub idle_timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            is_plain: false,
            ca_bundle: None,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
        }
    }
}

/// Connections to one service, which are kept, and counted requests.
pub(in crate::store) struct HttpClient {
    http: reqwest::Client,
    /// The time.
    pub(in crate::store) clock: Arc<dyn Clock>,
    offset: Mutex<Option<TimeDelta>>,
    idle_timeout: Duration,
    stats: Arc<Stats>,
}

impl HttpClient {
    /// Sends nothing yet. Every request is counted in `stats`.
    pub(in crate::store) fn new(
        settings: &HttpSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        Self::of(client_builder(settings)?, settings, clock, stats)
    }

    /// As [`HttpClient::new`], for what is on this machine or beside it: no proxy is asked.
    pub(in crate::store) fn direct(
        settings: &HttpSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        Self::of(client_builder(settings)?.no_proxy(), settings, clock, stats)
    }

    fn of(
        builder: reqwest::ClientBuilder,
        settings: &HttpSettings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        let http = builder.build().map_err(|error| StoreError::Settings(describe(error)))?;
        let idle_timeout = settings.idle_timeout;
        Ok(Self { http, clock, offset: Mutex::new(None), idle_timeout, stats })
    }

    /// How far the service's clock was ahead of ours at its last reply.
    pub(in crate::store) fn clock_offset(&self) -> Option<TimeDelta> {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request once and waits for the whole reply. `host`: who is asked, for messages.
    pub(in crate::store) async fn send(
        &self,
        request: reqwest::Request,
        kind: Request,
        host: &str,
    ) -> Result<Reply, NoReply> {
        let length = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        self.stats.request(kind);
        self.stats.sent(length as u64);
        let limit = self.idle_timeout + time_to_send(length);
        let response = match timeout(limit, self.execute(request)).await {
            Ok(Some(Ok(response))) => response,
            Ok(Some(Err(error))) => return Err(no_reply(error, host)),
            Ok(None) => return Err(NoReply::Lost(format!("{host} was not waited for"))),
            Err(_) => return Err(silent(host)),
        };
        self.receive(response, host).await
    }

    /// As [`HttpClient::send`], for a write that carries no deadline which the service could see:
    /// nothing is sent after `deadline`, and what is still under way then is given up.
    pub(in crate::store) async fn send_until(
        &self,
        deadline: Timestamp,
        request: reqwest::Request,
        kind: Request,
        host: &str,
    ) -> Result<Reply, NoReply> {
        let left = (deadline - self.clock.now()).to_std().unwrap_or_default();
        if left.is_zero() {
            return Err(NoReply::Late);
        }
        timeout(left, self.send(request, kind, host)).await.unwrap_or_else(|_| {
            Err(NoReply::Lost(format!("{host} did not answer before the deadline")))
        })
    }

    /// As a task of its own, which goes on while the caller's thread is busy with git, and ends
    /// with the caller.
    async fn execute(&self, request: reqwest::Request) -> Option<reqwest::Result<Response>> {
        let mut task = JoinSet::new();
        task.spawn(self.http.execute(request));
        task.join_next().await?.ok()
    }

    async fn receive(&self, response: Response, host: &str) -> Result<Reply, NoReply> {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.body(response, host).await?;
        self.stats.received(body.len() as u64);
        let reply = Reply { status, headers, body, host: host.into() };
        let offset = reply.date().map(|date| date - self.clock.now());
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) = offset;
        Ok(reply)
    }

    /// The body, which may come as slowly as it likes, but must come.
    async fn body(&self, mut response: Response, host: &str) -> Result<Bytes, NoReply> {
        let mut body = BytesMut::new();
        loop {
            match timeout(self.idle_timeout, response.chunk()).await {
                Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
                Ok(Ok(None)) => return Ok(body.freeze()),
                Ok(Err(error)) => {
                    let reason = describe(error);
                    return Err(NoReply::Lost(format!("the answer of {host} broke off: {reason}")));
                }
                Err(_) => return Err(silent(host)),
            }
        }
    }
}

/// The slowest line, in bytes a second, over which content can be sent.
const SLOWEST: u64 = 10_000;

fn time_to_send(length: usize) -> Duration {
    Duration::from_secs(u64::try_from(length).unwrap_or(u64::MAX) / SLOWEST)
}

fn silent(host: &str) -> NoReply {
    NoReply::Lost(format!("{host} did not answer in time"))
}

/// A request to be sent. A PUT or POST has a body, if it is an empty one, and says how long it
/// is: of an empty one nobody else would say so, and Azure and Swift want to know.
pub(in crate::store) fn request(
    method: &Method,
    url: &str,
    headers: &BTreeMap<String, String>,
    body: &Bytes,
) -> Result<reqwest::Request, StoreError> {
    let bad = |what: &str| StoreError::Settings(format!("the {what} cannot be sent"));
    let url = reqwest::Url::parse(url).map_err(|_| bad("address"))?;
    let mut request = reqwest::Request::new(method.clone(), url);
    for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| bad(name))?;
        value.set_sensitive(name == "authorization");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad(name))?;
        request.headers_mut().insert(name, value);
    }
    if matches!(*method, Method::PUT | Method::POST) {
        *request.body_mut() = Some(body.clone().into());
        request.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    }
    Ok(request)
}

/// A client that sends everything once, follows nothing and unpacks nothing.
fn client_builder(settings: &HttpSettings) -> Result<reqwest::ClientBuilder, StoreError> {
    install_cryptography();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("git-store/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_only()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .connect_timeout(settings.connect_timeout);
    if settings.is_plain {
        // No redirect is followed, so nothing is encrypted: reading the system's certificates
        // would take longer than a listing.
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = &settings.ca_bundle {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    Ok(builder)
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, StoreError> {
    let context = || format!("certificates {}", path.display());
    let pem =
        std::fs::read(path).map_err(|source| StoreError::Io { context: context(), source })?;
    reqwest::Certificate::from_pem_bundle(&pem)
        .map_err(|error| StoreError::Settings(format!("{}: {}", context(), describe(error))))
}
