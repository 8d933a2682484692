//! Tokens from the metadata service, which Google's machines and GKE's pods have beside them.
//!
//! `object_store` knows it, too, but reads the environment to find it.

use crate::model::Timestamp;
use crate::store::count::{Request, Stats};
use crate::store::wire::{HttpClient, HttpSettings, NoReply, Reply, check_endpoint, request};
use crate::store::{Clock, StoreError};
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Method, StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/computeMetadata/v1/instance/service-accounts/default/token";

/// How long before its end a token is not used any more.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// It is beside us or not there at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u32,
}

/// The metadata service, and the last token that it gave.
pub(super) struct Metadata {
    http: HttpClient,
    host: String,
    last: Option<(String, Timestamp)>,
}

impl Metadata {
    /// Asks nothing yet. `host`: with a port if need be.
    pub(super) fn new(
        host: &str,
        idle_timeout: Duration,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        check_endpoint("the metadata service (GCE_METADATA_HOST)", &format!("http://{host}"))?;
        let settings = HttpSettings {
            is_plain: true,
            ca_bundle: None,
            connect_timeout: CONNECT_TIMEOUT,
            idle_timeout,
        };
        // Not counted: it is not the store.
        let http = HttpClient::direct(&settings, clock, Arc::new(Stats::default()))?;
        Ok(Self { http, host: host.into(), last: None })
    }

    /// Forgets the last token.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// A token that is good for a while.
    pub(super) async fn token(&mut self) -> Result<String, StoreError> {
        let now = self.http.clock.now();
        if let Some((token, end)) = &self.last
            && now < *end
        {
            return Ok(token.clone());
        }
        let Answer { access_token, expires_in } = self.fetch().await?;
        let end = now + TimeDelta::seconds(expires_in.into()) - MARGIN;
        self.last = Some((access_token.clone(), end));
        Ok(access_token)
    }

    async fn fetch(&self) -> Result<Answer, StoreError> {
        let url = format!("http://{}{PATH}", self.host);
        let headers = [("metadata-flavor".to_owned(), "Google".to_owned())].into();
        let request = request(&Method::GET, &url, &headers, &Bytes::new())?;
        let reply = self.http.send(request, Request::Other, &self.host).await;
        let reply = reply.map_err(NoReply::of_read).map_err(not_there)?;
        match serde_json::from_slice(&reply.body) {
            Ok(answer) if reply.status.is_success() => Ok(answer),
            _ => Err(refused(&reply)),
        }
    }
}

fn not_there(error: StoreError) -> StoreError {
    match error {
        StoreError::Unreachable(why) => StoreError::Credentials(format!(
            "set GOOGLE_APPLICATION_CREDENTIALS or run `gcloud auth application-default login`; \
             there is no metadata service either ({why})"
        )),
        error => error,
    }
}

fn refused(reply: &Reply) -> StoreError {
    let why = format!("the metadata service at {} answered {}", reply.host, reply.status.as_u16());
    match reply.status {
        status if status.is_server_error() => StoreError::Transient(why),
        StatusCode::TOO_MANY_REQUESTS => StoreError::Transient(why),
        StatusCode::NOT_FOUND => {
            StoreError::Credentials(format!("{why}: this machine has no service account"))
        }
        _ => StoreError::Credentials(format!("{why}, without a token")),
    }
}
