//! Which errors there are, by the service's word or, failing that, by the status.

use http::StatusCode;
use serde::Deserialize;

/// The body of an error reply.
#[derive(Deserialize, Debug, Default, Clone, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Refusal {
    /// The service's word for the error.
    pub code: String,
    /// What it says to people.
    pub message: String,
    /// The bucket's region, on some errors.
    pub region: Option<String>,
}

/// What a reply says went wrong.
#[derive(PartialEq, Eq, Debug, Clone, Copy)]
pub(super) enum Fault {
    /// The key is not there.
    NoKey,
    /// The bucket is not there.
    NoBucket,
    /// The precondition did not hold.
    Precondition,
    /// Something else is going on; nothing was done.
    Conflict,
    /// The keys are no good.
    Credentials,
    /// The clocks differ.
    Skew,
    /// The time for the request is over.
    Expired,
    /// It is not allowed.
    Denied,
    /// It cannot be done here.
    Unsupported,
    /// The bucket is in another place.
    Elsewhere,
    /// The service failed, and may or may not have done something.
    Busy,
    /// The key cannot be held.
    Key,
    /// Nothing went wrong.
    Success,
    /// Something that nobody foresaw.
    Strange,
}

impl Fault {
    /// What a refusal means; what is not known goes by its status.
    pub(super) fn of(status: StatusCode, refusal: &Refusal) -> Self {
        match refusal.code.as_str() {
            "NoSuchKey" if status == StatusCode::NOT_FOUND => Self::NoKey,
            "NoSuchBucket" => Self::NoBucket,
            "PreconditionFailed" => Self::Precondition,
            "ConditionalRequestConflict" | "OperationAborted" => Self::Conflict,
            "RequestTimeout" | "BadDigest" | "InvalidDigest" | "IncompleteBody" => Self::Conflict,
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "InvalidToken"
            | "ExpiredToken"
            | "TokenRefreshRequired"
            | "UnrecognizedClientException" => Self::Credentials,
            "RequestTimeTooSkewed" => Self::Skew,
            "AccessDenied" if refusal.message.contains("has expired") => Self::Expired,
            "AccessDenied" if refusal.message.contains("not valid yet") => Self::Skew,
            "QuotaExceeded" | "XMinioStorageFull" => Self::Denied,
            "NotImplemented"
            | "MethodNotAllowed"
            | "InvalidObjectState"
            | "AccessControlListNotSupported" => Self::Unsupported,
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "Redirect"
            | "IllegalLocationConstraintException"
            | "AuthorizationHeaderMalformed"
            | "AuthorizationQueryParametersError" => {
                if refusal.region.is_some() || status.is_redirection() {
                    Self::Elsewhere
                } else {
                    Self::Strange
                }
            }
            "KeyTooLongError"
            | "KeyTooLong"
            | "InvalidObjectName"
            | "XMinioInvalidObjectName"
            | "InvalidURI"
            | "ExistingObjectIsFile"
            | "ExistingObjectIsDirectory" => Self::Key,
            "SlowDown" | "InternalError" | "ServiceUnavailable" => Self::Busy,
            _ => Self::of_status(status),
        }
    }

    /// What a reply without a word of the service means.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            300..=303 | 305..=399 => Self::Elsewhere,
            401 | 403 => Self::Denied,
            405 | 501 => Self::Unsupported,
            409 => Self::Conflict,
            412 => Self::Precondition,
            408 | 429 | 500..=599 => Self::Busy,
            _ => Self::Strange,
        }
    }
}
