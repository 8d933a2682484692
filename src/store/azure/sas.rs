//! Signatures with the account's key: a service SAS for each request.
//!
//! Such a signature says what may be done with what until when, and the service refuses the
//! request afterwards, however long it was held up on the way. A signature in a header
//! (`SharedKey`) is good for a quarter of an hour, whatever the sender meant.

use super::call::Call;
use super::site::Site;
use crate::model::Timestamp;
use crate::store::wire::{base64, encode, hmac_sha256};
use chrono::TimeDelta;
use http::Method;

/// The version of the service's interface that is spoken. From 2021-02-12 on, names that XML
/// cannot hold are listed in another encoding.
pub(super) const VERSION: &str = "2023-11-03";

/// How far the clocks may differ, as Azure has it for its other signatures.
pub(super) const LEEWAY: TimeDelta = TimeDelta::minutes(15);
/// How long a signature for a read is good.
const READ_TIME: TimeDelta = TimeDelta::hours(1);

/// The query that allows one request.
pub(super) fn sign(key: &[u8], site: &Site, call: &Call, now: Timestamp) -> String {
    let (resource, permissions) = scope(call);
    let stamp = |time: Timestamp| time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let start = stamp(now - LEEWAY);
    let expiry = stamp(call.deadline.unwrap_or(now + READ_TIME));
    let blob = call.blob.as_deref().filter(|_| resource == "b");
    let canonical = site.resource(blob);
    // The empty lines stand for what is not used: a stored policy, addresses, a protocol; a
    // snapshot, an encryption scope and five headers of the reply.
    let text = format!(
        "{permissions}\n{start}\n{expiry}\n{canonical}\n\n\n\n{VERSION}\n{resource}\n\n\n\n\n\n\n"
    );
    let signature = encode(base64(&hmac_sha256(key, text.as_bytes())).as_bytes());
    let (start, expiry) = (encode(start.as_bytes()), encode(expiry.as_bytes()));
    format!("sv={VERSION}&sr={resource}&st={start}&se={expiry}&sp={permissions}&sig={signature}")
}

/// What a request is allowed to touch, and how: a write one blob, a read the container.
fn scope(call: &Call) -> (&'static str, &'static str) {
    match (call.deadline, &call.method) {
        (None, _) => ("c", "rlt"),
        (Some(_), &Method::DELETE) => ("b", "d"),
        (Some(_), _) => ("b", "wt"),
    }
}

#[cfg(test)]
#[path = "sas_tests.rs"]
mod tests;
