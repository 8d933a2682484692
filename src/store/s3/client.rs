//! Sending requests: one attempt each, signed.

use super::call::Call;
use super::http::{describe, http_client, no_reply, one_line};
use super::reply::Reply;
use super::settings::S3Settings;
use super::sign::{Draft, Signer, canonical_query};
use super::site::Site;
use crate::model::Timestamp;
use crate::store::count::{Request, Stats};
use crate::store::{Clock, StoreError};
use bytes::{Bytes, BytesMut};
use chrono::TimeDelta;
use http::{HeaderName, HeaderValue, Method};
use object_store::aws::{AwsCredential, AwsCredentialProvider};
use reqwest::Response;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Why there is no reply.
#[derive(Debug)]
pub(super) enum NoReply {
    /// Nothing was sent.
    NotSent(StoreError),
    /// The deadline passed before anything was sent.
    Late,
    /// It was sent, wholly or in part, and what became of it is unknown.
    Lost(String),
}

/// A connection to one bucket.
pub(super) struct Client {
    http: reqwest::Client,
    site: Mutex<Arc<Site>>,
    /// The bucket, if it is at Amazon's, where its region says on which host it is.
    amazon_bucket: Option<String>,
    credentials: AwsCredentialProvider,
    pub(super) clock: Arc<dyn Clock>,
    offset: Mutex<Option<TimeDelta>>,
    idle_timeout: Duration,
    stats: Arc<Stats>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("site", &self.site()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for a site. `amazon_bucket`: see the field.
    pub(super) fn new(
        site: Site,
        amazon_bucket: Option<String>,
        credentials: AwsCredentialProvider,
        settings: &S3Settings,
        clock: Arc<dyn Clock>,
        stats: Arc<Stats>,
    ) -> Result<Self, StoreError> {
        let http = http_client(settings)?;
        let (site, offset) = (Mutex::new(Arc::new(site)), Mutex::new(None));
        let idle_timeout = settings.idle_timeout;
        Ok(Self { http, site, amazon_bucket, credentials, clock, offset, idle_timeout, stats })
    }

    /// Where the bucket is, as far as is known now.
    pub(super) fn site(&self) -> Arc<Site> {
        self.site.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How far the service's clock was ahead of ours at its last reply.
    pub(super) fn clock_offset(&self) -> Option<TimeDelta> {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on with another region. Only Amazon's hosts depend on it.
    pub(super) fn set_region(&self, region: &str) {
        let Some(bucket) = &self.amazon_bucket else { return };
        let site = Arc::new(Site::amazon(bucket, region));
        *self.site.lock().unwrap_or_else(PoisonError::into_inner) = site;
    }

    /// Sends a read.
    pub(super) async fn read(&self, call: &Call) -> Result<Reply, StoreError> {
        self.send(call).await.map_err(|error| match error {
            NoReply::NotSent(error) => error,
            NoReply::Late => StoreError::Transient("the time is over".into()),
            NoReply::Lost(reason) => StoreError::Transient(reason),
        })
    }

    /// Sends a request; once more if the service says that the bucket is in another region,
    /// which it says instead of doing anything.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, NoReply> {
        let site = self.site();
        let reply = self.send_once(call, &site).await?;
        let region = reply.is_elsewhere().then(|| reply.region_hint()).flatten();
        match region.filter(|region| self.amazon_bucket.is_some() && *region != site.region) {
            Some(region) => {
                self.set_region(&region);
                self.send_once(call, &self.site()).await
            }
            None => Ok(reply),
        }
    }

    async fn send_once(&self, call: &Call, site: &Site) -> Result<Reply, NoReply> {
        let credential = self
            .credentials
            .get_credential()
            .await
            .map_err(|error| NoReply::NotSent(StoreError::Credentials(one_line(&error))))?;
        let request = self.request(call, site, &credential)?;
        self.stats.request(kind(call));
        self.stats.sent(call.body.len() as u64);
        let limit = self.idle_timeout + time_to_send(&call.body);
        let response = match timeout(limit, self.execute(request)).await {
            Ok(Some(Ok(response))) => response,
            Ok(Some(Err(error))) => return Err(no_reply(error, site.host())),
            Ok(None) => return Err(NoReply::Lost(format!("{} was not waited for", site.host()))),
            Err(_) => return Err(silent(site.host())),
        };
        self.receive(response, site.host()).await
    }

    /// As a task of its own, which goes on while the caller's thread is busy with git, and ends
    /// with the caller.
    async fn execute(&self, request: reqwest::Request) -> Option<reqwest::Result<Response>> {
        let mut task = JoinSet::new();
        task.spawn(self.http.execute(request));
        task.join_next().await?.ok()
    }

    fn request(
        &self,
        call: &Call,
        site: &Site,
        credential: &AwsCredential,
    ) -> Result<reqwest::Request, NoReply> {
        let time = self.clock.now();
        let path = site.path(&call.object);
        let mut draft = draft(call, site, &path);
        let signer = Signer { credential, region: &site.region, time };
        let query = match call.deadline {
            Some(deadline) => signer.presign(&mut draft, seconds_left(time, deadline)?),
            None => {
                signer.sign_headers(&mut draft);
                canonical_query(&draft.query)
            }
        };
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{path}{mark}{query}", site.origin);
        build(call, &url, &draft.headers).map_err(NoReply::NotSent)
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

/// What a request is for. Whatever has a query of its own but a listing is about a bucket's or
/// an object's settings.
fn kind(call: &Call) -> Request {
    let is_listing = call.query.iter().any(|(name, _)| *name == "list-type");
    match call.method.as_str() {
        _ if is_listing => Request::List,
        _ if !call.query.is_empty() => Request::Other,
        "GET" => Request::Get,
        "PUT" => Request::Put,
        "DELETE" => Request::Delete,
        "HEAD" if !call.object.is_empty() => Request::Head,
        _ => Request::Other,
    }
}

fn time_to_send(body: &Bytes) -> Duration {
    Duration::from_secs(u64::try_from(body.len()).unwrap_or(u64::MAX) / SLOWEST)
}

fn silent(host: &str) -> NoReply {
    NoReply::Lost(format!("{host} did not answer in time"))
}

fn draft<'a>(call: &'a Call, site: &Site, path: &'a str) -> Draft<'a> {
    let mut headers = call.headers.clone();
    headers.insert("host".into(), site.host().into());
    let query =
        call.query.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Draft { method: call.method.as_str(), path, query, headers }
}

/// The longest time that the service lets a signature in a query be good for.
const MAX_SECONDS: i64 = 7 * 24 * 3600;

fn seconds_left(now: Timestamp, deadline: Timestamp) -> Result<i64, NoReply> {
    match (deadline - now).num_seconds() {
        left if left < 1 => Err(NoReply::Late),
        left => Ok(left.min(MAX_SECONDS)),
    }
}

fn build(
    call: &Call,
    url: &str,
    headers: &BTreeMap<String, String>,
) -> Result<reqwest::Request, StoreError> {
    let bad = |what: &str| StoreError::Settings(format!("the {what} cannot be sent"));
    let url = reqwest::Url::parse(url).map_err(|_| bad("address"))?;
    let mut request = reqwest::Request::new(call.method.clone(), url);
    for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| bad(name))?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad(name))?;
        request.headers_mut().insert(name, value);
    }
    if call.method == Method::PUT {
        *request.body_mut() = Some(call.body.clone().into());
    }
    Ok(request)
}
