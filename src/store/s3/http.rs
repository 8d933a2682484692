//! The HTTP client, and what is said when it fails: everything but the URL, which holds the
//! signature.

use super::client::NoReply;
use super::settings::S3Settings;
use crate::store::StoreError;
use std::error::Error;
use std::sync::Once;

/// What a failed exchange with a host means.
pub(super) fn no_reply(error: reqwest::Error, host: &str) -> NoReply {
    let not_sent = error.is_connect() || error.is_builder();
    let reason = describe(error);
    match not_sent {
        true => NoReply::NotSent(StoreError::Unreachable(format!("{host}: {reason}"))),
        false => NoReply::Lost(format!("no answer from {host}: {reason}")),
    }
}

/// An error with its causes, without the URL, which holds a signature.
pub(super) fn describe(error: reqwest::Error) -> String {
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

/// A client that sends everything once, follows nothing and unpacks nothing.
pub(super) fn http_client(settings: &S3Settings) -> Result<reqwest::Client, StoreError> {
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
    if settings.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://")) {
        // No redirect is followed, so nothing is encrypted: reading the system's certificates
        // would take longer than a listing.
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = &settings.ca_bundle {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder.build().map_err(|error| StoreError::Settings(describe(error)))
}

fn certificates(path: &std::path::Path) -> Result<Vec<reqwest::Certificate>, StoreError> {
    let context = || format!("AWS_CA_BUNDLE {}", path.display());
    let pem =
        std::fs::read(path).map_err(|source| StoreError::Io { context: context(), source })?;
    reqwest::Certificate::from_pem_bundle(&pem)
        .map_err(|error| StoreError::Settings(format!("{}: {}", context(), describe(error))))
}
