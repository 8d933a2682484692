//! Sending requests: one attempt each, signed.

use super::reply::Reply;
use super::settings::S3Settings;
use super::sign::{Draft, Signer, canonical_query};
use super::site::Site;
use crate::model::Timestamp;
use crate::store::count::{Request, Stats};
use crate::store::wire::Call;
use crate::store::wire::{HttpClient, HttpSettings, NoReply, one_line, request};
use crate::store::{Clock, StoreError};
use chrono::TimeDelta;
use object_store::aws::{AwsCredential, AwsCredentialProvider};
use std::sync::{Arc, Mutex, PoisonError};

/// A connection to one bucket.
pub(super) struct Client {
    http: HttpClient,
    site: Mutex<Arc<Site>>,
    /// The bucket, if it is at Amazon's, where its region says on which host it is.
    amazon_bucket: Option<String>,
    credentials: AwsCredentialProvider,
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
        let http = HttpClient::new(&http_settings(settings), clock, stats)?;
        Ok(Self { http, site: Mutex::new(Arc::new(site)), amazon_bucket, credentials })
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        self.http.clock.now()
    }

    /// Where the bucket is, as far as is known now.
    pub(super) fn site(&self) -> Arc<Site> {
        self.site.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How far the service's clock was ahead of ours at its last reply.
    pub(super) fn clock_offset(&self) -> Option<TimeDelta> {
        self.http.clock_offset()
    }

    /// Goes on with another region. Only Amazon's hosts depend on it.
    pub(super) fn set_region(&self, region: &str) {
        let Some(bucket) = &self.amazon_bucket else { return };
        let site = Arc::new(Site::amazon(bucket, region));
        *self.site.lock().unwrap_or_else(PoisonError::into_inner) = site;
    }

    /// Sends a read.
    pub(super) async fn read(&self, call: &Call) -> Result<Reply, StoreError> {
        self.send(call).await.map_err(NoReply::of_read)
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
        self.http.send(request, kind(call), site.host()).await
    }

    fn request(
        &self,
        call: &Call,
        site: &Site,
        credential: &AwsCredential,
    ) -> Result<reqwest::Request, NoReply> {
        let time = self.now();
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
        request(&call.method, &url, &draft.headers, &call.body).map_err(NoReply::NotSent)
    }
}

fn http_settings(settings: &S3Settings) -> HttpSettings {
    HttpSettings {
        is_plain: settings.endpoint.as_ref().is_some_and(|at| at.starts_with("http://")),
        ca_bundle: settings.ca_bundle.clone(),
        connect_timeout: settings.connect_timeout,
        idle_timeout: settings.idle_timeout,
    }
}

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
