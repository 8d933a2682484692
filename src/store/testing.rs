//! Helpers of the tests beside the code.

/// The server with prepared answers.
#[path = "../../tests/scripted_http.rs"]
#[allow(dead_code, reason = "shared with the integration tests, which use all of it")]
pub(in crate::store) mod scripted_http;

use crate::model::Timestamp;
use crate::store::Clock;
use crate::store::wire::Reply;
use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::time::Duration;

/// A reply of success with headers and a body.
pub(in crate::store) fn reply(headers: &[(&str, &str)], body: &'static str) -> Reply {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a name");
            (name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"))
        })
        .collect();
    Reply { status: StatusCode::OK, headers, body: body.into(), host: "host".into() }
}

/// A clock that stands still.
pub(in crate::store) struct FixedClock(Timestamp);

impl FixedClock {
    /// Stands at a time, such as `2026-01-01T00:00:00Z`.
    pub(in crate::store) fn at(text: &str) -> Self {
        Self(text.parse().expect("a time"))
    }
}

#[async_trait]
impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep(&self, _duration: Duration) {}
}
