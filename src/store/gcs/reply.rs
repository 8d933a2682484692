//! What a reply means that is no success.

use super::fault::{Refusal, fault_of};
use crate::model::Key;
use crate::store::StoreError;
use crate::store::wire::{Fault, Verdict};
use http::StatusCode;
use serde::de::DeserializeOwned;

pub(super) use crate::store::wire::Reply;

/// Success, or the error that a read ends with. `permission`: what a 403 lacks.
pub(super) fn checked(reply: Reply, permission: &str) -> Result<Reply, StoreError> {
    match reply.status.is_success() {
        true => Ok(reply),
        false => Err(read_error(&reply, permission)),
    }
}

/// As [`checked`], for a request that is about the bucket: nothing else can be missing.
pub(super) fn checked_bucket(reply: Reply, permission: &str) -> Result<Reply, StoreError> {
    match is_absent(&reply) {
        true => Err(StoreError::NoStore(format!("the bucket does not exist: {}", summary(&reply)))),
        false => checked(reply, permission),
    }
}

/// What a reply to a read means that is no success.
pub(super) fn read_error(reply: &Reply, permission: &str) -> StoreError {
    verdict(reply).read_error(permission)
}

/// What a reply to a write means that is no success.
pub(super) fn write_error(reply: &Reply, key: &Key, permission: &str) -> StoreError {
    verdict(reply).write_error(key, permission)
}

/// Whether the service says in its own word that there is no such thing.
pub(super) fn is_absent(reply: &Reply) -> bool {
    fault(reply) == Fault::NoKey
}

/// The body as JSON; one that broke off is none.
pub(super) fn json<T: DeserializeOwned>(reply: &Reply) -> Result<T, StoreError> {
    serde_json::from_slice(&reply.body)
        .map_err(|_| StoreError::Protocol(format!("{} (not the expected JSON)", summary(reply))))
}

fn verdict(reply: &Reply) -> Verdict {
    Verdict { fault: fault(reply), status: reply.status, summary: summary(reply) }
}

fn fault(reply: &Reply) -> Fault {
    match Refusal::parse(&reply.body) {
        _ if reply.status.is_success() => Fault::Success,
        // Said in plain text where content was asked for.
        _ if reply.status == StatusCode::UNAUTHORIZED => Fault::Credentials,
        Some(refusal) => fault_of(reply.status, &refusal),
        None => Fault::of_status(reply.status),
    }
}

fn summary(reply: &Reply) -> String {
    let said = Refusal::parse(&reply.body).map(|refusal| match refusal.reason.as_str() {
        "" => refusal.message,
        reason => format!("{reason}: {}", refusal.message),
    });
    reply.told(said, "Google Cloud Storage")
}
