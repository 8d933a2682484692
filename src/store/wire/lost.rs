//! Requests without a reply: what is said of them is everything but the URL, which can hold a
//! signature.

use crate::model::Key;
use crate::store::StoreError;
use std::error::Error;
use std::sync::Once;

/// Why there is no reply.
#[derive(Debug)]
pub(in crate::store) enum NoReply {
    /// Nothing was sent.
    NotSent(StoreError),
    /// The deadline passed before anything was sent.
    Late,
    /// It was sent, wholly or in part, and what became of it is unknown.
    Lost(String),
}

impl NoReply {
    /// The error that a read ends with.
    pub(in crate::store) fn of_read(self) -> StoreError {
        match self {
            Self::NotSent(error) => error,
            Self::Late => StoreError::Transient("the time is over".into()),
            Self::Lost(reason) => StoreError::Transient(reason),
        }
    }

    /// The error that a write of a key ends with.
    pub(in crate::store) fn of_write(self, key: &Key) -> StoreError {
        match self {
            Self::NotSent(error) => error,
            Self::Late => StoreError::Expired(key.clone()),
            Self::Lost(reason) => StoreError::Ambiguous { key: key.clone(), reason },
        }
    }
}

/// What a failed exchange with a host means.
pub(in crate::store) fn no_reply(error: reqwest::Error, host: &str) -> NoReply {
    let not_sent = error.is_connect() || error.is_builder();
    let reason = describe(error);
    match not_sent {
        true => NoReply::NotSent(StoreError::Unreachable(format!("{host}: {reason}"))),
        false => NoReply::Lost(format!("no answer from {host}: {reason}")),
    }
}

/// An error with its causes, without the URL, which holds a signature.
pub(in crate::store) fn describe(error: reqwest::Error) -> String {
    one_line(&error.without_url())
}

/// An error with its causes in one line.
pub(in crate::store) fn one_line(error: &dyn Error) -> String {
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
pub(in crate::store) fn install_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that there is one already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}
