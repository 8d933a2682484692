//! Tokens that `object_store` fetches.

use object_store::{BackoffConfig, RetryConfig};
use std::time::Duration;

/// How often and how long somebody who hands out tokens is asked: somebody waits for it.
pub(in crate::store) fn token_retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 2,
        retry_timeout: Duration::from_secs(10),
    }
}
