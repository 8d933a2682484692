//! What a service answered.

use crate::model::Timestamp;
use bytes::Bytes;
use chrono::DateTime;
use http::{HeaderMap, StatusCode};

/// A reply that came in as a whole.
#[derive(Debug)]
pub(in crate::store) struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Who answered, for messages.
    pub host: String,
}

impl Reply {
    /// A header that is text.
    pub(in crate::store) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }

    /// When the service says it answered.
    pub(in crate::store) fn date(&self) -> Option<Timestamp> {
        DateTime::parse_from_rfc2822(self.header("date")?).ok().map(|date| date.to_utc())
    }
}
