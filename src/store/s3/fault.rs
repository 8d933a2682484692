//! What went wrong, by the service's word or, failing that, by the status.

use crate::store::wire::Fault;
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

/// What a refusal means; what is not known goes by its status.
pub(super) fn fault_of(status: StatusCode, refusal: &Refusal) -> Fault {
    match refusal.code.as_str() {
        "NoSuchKey" if status == StatusCode::NOT_FOUND => Fault::NoKey,
        "NoSuchBucket" => Fault::NoBucket,
        "PreconditionFailed" => Fault::Precondition,
        "ConditionalRequestConflict" | "OperationAborted" => Fault::Conflict,
        "RequestTimeout" | "BadDigest" | "InvalidDigest" | "IncompleteBody" => Fault::Conflict,
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidToken"
        | "ExpiredToken"
        | "TokenRefreshRequired"
        | "UnrecognizedClientException" => Fault::Credentials,
        "RequestTimeTooSkewed" => Fault::Skew,
        "AccessDenied" if refusal.message.contains("has expired") => Fault::Expired,
        "AccessDenied" if refusal.message.contains("not valid yet") => Fault::Skew,
        "QuotaExceeded" | "XMinioStorageFull" => Fault::Denied,
        "NotImplemented"
        | "MethodNotAllowed"
        | "InvalidObjectState"
        | "AccessControlListNotSupported" => Fault::Unsupported,
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "Redirect"
        | "IllegalLocationConstraintException"
        | "AuthorizationHeaderMalformed"
        | "AuthorizationQueryParametersError" => {
            if refusal.region.is_some() || status.is_redirection() {
                Fault::Elsewhere
            } else {
                Fault::Strange
            }
        }
        "KeyTooLongError"
        | "KeyTooLong"
        | "InvalidObjectName"
        | "XMinioInvalidObjectName"
        | "InvalidURI"
        | "ExistingObjectIsFile"
        | "ExistingObjectIsDirectory" => Fault::Key,
        "SlowDown" | "InternalError" | "ServiceUnavailable" => Fault::Busy,
        _ => Fault::of_status(status),
    }
}
