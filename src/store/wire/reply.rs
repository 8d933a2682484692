//! What a service answered.

use crate::model::Timestamp;
use crate::store::StoreError;
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

    /// Whether the body is as long as announced.
    pub(in crate::store) fn check_length(&self) -> Result<(), StoreError> {
        let announced = self.header("content-length").map(str::parse::<usize>);
        match announced {
            Some(length) if length != Ok(self.body.len()) => {
                Err(StoreError::Protocol("the listing is not as long as announced".into()))
            }
            _ => Ok(()),
        }
    }

    /// Who answered what, for people, of one line and not too long. `word`: what `service`
    /// says of the error, if it does.
    pub(in crate::store) fn told(&self, word: Option<String>, service: &str) -> String {
        let told = match word {
            Some(word) => word,
            None if self.body.is_empty() => "no further word".into(),
            None if looks_like_html(&self.body) => {
                format!(
                    "a web page instead of an answer of {service}; is a proxy or a login page in \
                     between?"
                )
            }
            None => format!("an answer that is not {service}'s"),
        };
        let told: String = told.chars().filter(|c| !c.is_control()).take(300).collect();
        format!("{} answered {}, {told}", self.host, self.status.as_u16())
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(512)]).to_ascii_lowercase();
    start.contains("<html") || start.contains("<!doctype html")
}
