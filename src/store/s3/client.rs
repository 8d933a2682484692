//! Sending requests: one attempt each, signed, with everything said about a failure but the
//! URL, which holds the signature.

use super::reply::Reply;
use super::settings::S3Settings;
use super::sign::{Draft, Signer, canonical_query};
use super::site::Site;
use crate::model::Timestamp;
use crate::store::{Clock, StoreError};
use bytes::Bytes;
use chrono::TimeDelta;
use http::{HeaderName, HeaderValue, Method};
use object_store::aws::{AwsCredential, AwsCredentialProvider};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, Once, PoisonError};

/// What a request shall do. Its address is found when it is sent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The method.
    pub method: Method,
    /// The path below the bucket, encoded; empty for the bucket itself.
    pub object: String,
    /// Names and values, not encoded.
    pub query: Vec<(&'static str, String)>,
    /// Headers by lower-case name; all are signed.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Bytes,
    /// For a write: when it may no longer take effect. `None` for reads.
    pub deadline: Option<Timestamp>,
}

impl Call {
    /// A request that changes nothing.
    pub(super) fn read(method: Method, object: &str) -> Self {
        let (query, headers) = (Vec::new(), BTreeMap::new());
        Self { method, object: object.into(), query, headers, body: Bytes::new(), deadline: None }
    }

    /// A request that changes something, until `deadline`.
    pub(super) fn write(method: Method, object: &str, deadline: Timestamp) -> Self {
        Self { deadline: Some(deadline), ..Self::read(method, object) }
    }

    /// With a parameter.
    pub(super) fn with_query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}

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
    ) -> Result<Self, StoreError> {
        let http = http_client(settings)?;
        let (site, offset) = (Mutex::new(Arc::new(site)), Mutex::new(None));
        Ok(Self { http, site, amazon_bucket, credentials, clock, offset })
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
        let credential = self.credentials.get_credential().await.map_err(|error| {
            NoReply::NotSent(StoreError::Credentials(one_line(&error)))
        })?;
        let request = self.request(call, site, &credential)?;
        let response =
            self.http.execute(request).await.map_err(|error| no_reply(error, site.host()))?;
        self.receive(response, site.host()).await
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

    async fn receive(&self, response: reqwest::Response, host: &str) -> Result<Reply, NoReply> {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| {
            NoReply::Lost(format!("the answer of {host} broke off: {}", describe(error)))
        })?;
        let reply = Reply { status, headers, body, host: host.into() };
        let offset = reply.date().map(|date| date - self.clock.now());
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) = offset;
        Ok(reply)
    }
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

fn no_reply(error: reqwest::Error, host: &str) -> NoReply {
    let not_sent = error.is_connect() || error.is_builder();
    let timed_out = error.is_timeout();
    let reason = describe(error);
    match (not_sent, timed_out) {
        (true, _) => NoReply::NotSent(StoreError::Unreachable(format!("{host}: {reason}"))),
        (false, true) => NoReply::Lost(format!("{host} did not answer in time")),
        (false, false) => NoReply::Lost(format!("no answer from {host}: {reason}")),
    }
}

/// An error with its causes, without the URL, which holds a signature.
fn describe(error: reqwest::Error) -> String {
    one_line(&error.without_url())
}

/// An error with its causes in one line.
pub(super) fn one_line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Makes ring the process's cryptography for TLS, unless something else is already.
pub(super) fn install_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that there is one already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}

fn http_client(settings: &S3Settings) -> Result<reqwest::Client, StoreError> {
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
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.idle_timeout);
    if let Some(path) = &settings.ca_bundle {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder.build().map_err(|error| StoreError::Settings(describe(error)))
}

fn certificates(path: &std::path::Path) -> Result<Vec<reqwest::Certificate>, StoreError> {
    let context = || format!("AWS_CA_BUNDLE {}", path.display());
    let pem = std::fs::read(path)
        .map_err(|source| StoreError::Io { context: context(), source })?;
    reqwest::Certificate::from_pem_bundle(&pem)
        .map_err(|error| StoreError::Settings(format!("{}: {}", context(), describe(error))))
}
