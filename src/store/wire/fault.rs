//! Which errors there are.

use http::StatusCode;

/// What a reply says went wrong.
#[derive(PartialEq, Eq, Debug, Clone, Copy)]
pub(in crate::store) enum Fault {
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
    /// What a reply without a word of the service means.
    pub(in crate::store) fn of_status(status: StatusCode) -> Self {
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
