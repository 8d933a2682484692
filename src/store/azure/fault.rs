//! What went wrong, by the service's word or, failing that, by the status.

use crate::store::wire::Fault;
use http::StatusCode;

/// What a refusal means; what is not known goes by its status.
pub(super) fn fault_of(status: StatusCode, code: &str) -> Fault {
    match code {
        "BlobNotFound" if status == StatusCode::NOT_FOUND => Fault::NoKey,
        "ContainerNotFound" | "ContainerDisabled" | "ResourceNotFound" => Fault::NoBucket,
        "BlobAlreadyExists" | "ConditionNotMet" | "TargetConditionNotMet" => Fault::Precondition,
        // Whatever it is about leases: others may not write while somebody holds one.
        _ if code.starts_with("Lease") => Fault::Denied,
        "BlobImmutableDueToPolicy" | "BlobImmutableDueToLegalHold" | "AccountIsDisabled" => {
            Fault::Denied
        }
        "AuthenticationFailed"
        | "InvalidAuthenticationInfo"
        | "NoAuthenticationInformation"
        | "KeyBasedAuthenticationNotPermitted" => Fault::Credentials,
        "SnapshotsPresent"
        | "InvalidBlobType"
        | "BlobArchived"
        | "BlobBeingRehydrated"
        | "BlobUsesCustomerSpecifiedEncryption"
        | "UnsupportedHeader"
        | "InvalidHeaderValue"
        | "InvalidMetadata"
        | "MetadataTooLarge"
        | "RequestBodyTooLarge" => Fault::Unsupported,
        "Md5Mismatch" | "InvalidMd5" => Fault::Conflict,
        "OutOfRangeInput" | "InvalidResourceName" | "InvalidUri" => Fault::Key,
        "ServerBusy" | "InternalError" | "OperationTimedOut" => Fault::Busy,
        _ if status == StatusCode::UNAUTHORIZED => Fault::Credentials,
        _ => Fault::of_status(status),
    }
}
