//! What a reply means that is no success. Swift has no words for errors, only statuses, and a
//! number of its own for every request.

use crate::model::Key;
use crate::store::StoreError;
use crate::store::wire::{Fault, Reply, Verdict};
use http::StatusCode;

/// A reply that is no success, as this service means it.
pub(super) fn verdict(reply: &Reply) -> Verdict {
    Verdict { fault: fault(reply.status), status: reply.status, summary: summary(reply) }
}

fn fault(status: StatusCode) -> Fault {
    match status.as_u16() {
        200..=299 => Fault::Success,
        401 => Fault::Credentials,
        // Too large for an object, or for what is left of a quota.
        413 => Fault::Unsupported,
        // The bytes that came did not have the e-tag that was sent with them.
        422 => Fault::Conflict,
        // The rate limit, which is looked at before anything is done.
        498 => Fault::Conflict,
        _ => Fault::of_status(status),
    }
}

/// The error that a write ends with. `permission`: what a refusal lacks.
pub(super) fn write_error(reply: &Reply, key: &Key, permission: &str) -> StoreError {
    let mut verdict = verdict(reply);
    // Nothing else is missing where a write is told so.
    if verdict.status == StatusCode::NOT_FOUND && is_swifts(reply) {
        verdict.fault = Fault::NoBucket;
    }
    verdict.write_error(key, permission)
}

/// Whether Swift itself answered, and no proxy in between.
pub(super) fn is_swifts(reply: &Reply) -> bool {
    trans_id(reply).is_some()
}

fn trans_id(reply: &Reply) -> Option<&str> {
    reply.header("x-trans-id").or_else(|| reply.header("x-openstack-request-id"))
}

/// Status, words and number of a reply, for people; of one line and not too long.
pub(super) fn summary(reply: &Reply) -> String {
    let told = match trans_id(reply) {
        Some(id) => format!("{}request {id}", words(reply)),
        None => "an answer that is not Swift's; is a proxy or a login page in between?".into(),
    };
    let told: String = told.chars().filter(|c| !c.is_control()).take(300).collect();
    format!("{} answered {}, {told}", reply.host, reply.status.as_u16())
}

/// When to come back, and what is wrong with a request, if it is said in plain text.
fn words(reply: &Reply) -> String {
    let wait = reply.header("retry-after").map(|wait| format!("come back in {wait} s; "));
    let body = std::str::from_utf8(&reply.body).unwrap_or_default().trim();
    let is_plain = reply.status.is_client_error() && !body.is_empty() && !body.contains(['<', '{']);
    let said = is_plain.then(|| format!("{}; ", body.chars().take(200).collect::<String>()));
    format!("{}{}", wait.unwrap_or_default(), said.unwrap_or_default())
}
