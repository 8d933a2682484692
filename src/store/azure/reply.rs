//! What a reply means that is no success.

use super::AzureStore;
use super::fault::fault_of;
use super::sas::LEEWAY;
use crate::model::{Key, Timestamp};
use crate::store::wire::{Fault, Reply, Verdict, parse};
use crate::store::{Store as _, StoreError};
use serde::Deserialize;

/// The body of an error reply.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Refusal {
    code: String,
    message: String,
    authentication_error_detail: String,
}

/// What the details of a refusal say of a signature that is too old or too young.
const TIME_FRAME: &str = "not valid in the specified time frame";

/// The service's word for an error: in a header, because a HEAD has no body, or in the body.
fn refusal(reply: &Reply) -> Option<Refusal> {
    let told: Option<Refusal> = parse(&reply.body, "Error").ok();
    match reply.header("x-ms-error-code") {
        Some(code) => Some(Refusal { code: code.into(), ..told.unwrap_or_default() }),
        None => told,
    }
}

/// Whether the service says in its own word that there is no such blob.
pub(super) fn is_no_such_key(reply: &Reply) -> bool {
    fault(reply) == Fault::NoKey
}

/// Who answered what, for people.
pub(super) fn summary(reply: &Reply) -> String {
    let word = refusal(reply).map(|Refusal { code, message, authentication_error_detail }| {
        // The lines below the first name the request; the details can hold what was signed.
        let message = message.lines().next().unwrap_or_default().to_owned();
        match authentication_error_detail.contains(TIME_FRAME) {
            true => format!("{code}: {authentication_error_detail}"),
            false if message.is_empty() => code,
            false => format!("{code}: {message}"),
        }
    });
    reply.told(word, "Azure")
}

fn fault(reply: &Reply) -> Fault {
    match refusal(reply) {
        Some(refusal) => fault_of(reply.status, &refusal.code),
        None if reply.status.is_success() => Fault::Success,
        None => Fault::of_status(reply.status),
    }
}

impl AzureStore {
    /// What a reply to a read means that is no success. `permission`: what a 403 lacks.
    pub(super) fn read_error(&self, reply: &Reply, permission: &str) -> StoreError {
        self.verdict(reply, None).read_error(permission)
    }

    /// What a reply to a write means that is no success.
    pub(super) fn write_error(
        &self,
        reply: &Reply,
        key: &Key,
        deadline: Timestamp,
        permission: &str,
    ) -> StoreError {
        self.verdict(reply, Some(deadline)).write_error(key, permission)
    }

    /// Our own signature ends with the deadline and begins a little ago by our own clock; the
    /// service may call it anything when it is past or ahead of that.
    fn verdict(&self, reply: &Reply, deadline: Option<Timestamp>) -> Verdict {
        let date = reply.date().map(|date| date.timestamp());
        let is_late = deadline.is_some_and(|end| date.is_some_and(|date| date >= end.timestamp()));
        let is_skewed = self.clock_offset().is_some_and(|offset| offset.abs() >= LEEWAY);
        let fault = match fault(reply) {
            Fault::Denied | Fault::Credentials if self.client.signs() && is_late => Fault::Expired,
            Fault::Denied | Fault::Credentials if self.client.signs() && is_skewed => Fault::Skew,
            told => told,
        };
        let summary = match fault {
            Fault::Elsewhere => {
                format!("{}; it is not followed: check the endpoint", summary(reply))
            }
            _ => summary(reply),
        };
        Verdict { fault, status: reply.status, summary }
    }
}
