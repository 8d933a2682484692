//! What went wrong, by the service's word or, failing that, by the status.

use crate::store::wire::Fault;
use http::StatusCode;
use serde::Deserialize;

/// The body of an error reply.
#[derive(Deserialize)]
struct Body {
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

/// What the service says is wrong.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The service's word for the error; may be empty.
    pub reason: String,
    /// What it says to people.
    pub message: String,
}

impl Refusal {
    /// The refusal in the body of a reply, if it is one.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let Body { error: ErrorBody { message, errors } } = serde_json::from_slice(body).ok()?;
        let reason = errors.into_iter().next().map(|first| first.reason).unwrap_or_default();
        Some(Self { reason, message })
    }
}

/// What a refusal means; what is not known goes by its status.
pub(super) fn fault_of(status: StatusCode, refusal: &Refusal) -> Fault {
    let says = |words: &str| refusal.message.contains(words);
    match (status.as_u16(), refusal.reason.as_str()) {
        (404, _) if says("bucket does not exist") => Fault::NoBucket,
        // Said of an object in a bucket that is not there, too.
        (404, _) => Fault::NoKey,
        (403, "rateLimitExceeded" | "userRateLimitExceeded") => Fault::Conflict,
        (403, "retentionPolicyNotMet" | "objectUnderActiveHold") => Fault::Unsupported,
        (400, "userProjectMissing") => Fault::Unsupported,
        (400, _) if says("object name") => Fault::Key,
        // The content was changed on its way, so it was not taken.
        (400, _) if says("doesn't match calculated") => Fault::Conflict,
        _ => Fault::of_status(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_as_the_service_writes_them() {
        let body = br#"{"error":{"code":412,"message":"m","errors":
            [{"message":"m","domain":"global","reason":"conditionNotMet","location":"x"}]}}"#;
        let refusal = Refusal::parse(body).expect("a refusal");
        assert_eq!(refusal, Refusal { reason: "conditionNotMet".into(), message: "m".into() });
        assert_eq!(Refusal::parse(br#"{"error":{}}"#), Some(Refusal::default()));
        for body in [&b"No such object: b/k"[..], b"", b"{}", b"<html>", b"{\"error\":\"x\"}"] {
            assert_eq!(Refusal::parse(body), None);
        }
    }

    #[test]
    fn what_refusals_mean() {
        let hash = "Provided MD5 hash \"x\" doesn't match calculated MD5 hash \"y\".";
        let cases = [
            (404, "notFound", "No such object: b/k", Fault::NoKey),
            (404, "notFound", "The specified bucket does not exist.", Fault::NoBucket),
            (403, "forbidden", "x does not have storage.objects.get access", Fault::Denied),
            (403, "rateLimitExceeded", "", Fault::Conflict),
            (403, "objectUnderActiveHold", "", Fault::Unsupported),
            (412, "conditionNotMet", "", Fault::Precondition),
            (429, "rateLimitExceeded", "", Fault::Busy),
            (503, "backendError", "", Fault::Busy),
            (400, "invalid", hash, Fault::Conflict),
            (400, "invalid", "Disallowed unicode characters present in object name", Fault::Key),
            (400, "invalid", "", Fault::Strange),
        ];
        for (status, reason, message, expected) in cases {
            let status = StatusCode::from_u16(status).expect("a status");
            let refusal = Refusal { reason: reason.into(), message: message.into() };
            assert_eq!(fault_of(status, &refusal), expected, "{status} {reason} {message}");
        }
    }
}
