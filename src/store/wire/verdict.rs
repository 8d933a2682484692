//! What a reply means that is no success, for a read and for a write.

use super::fault::Fault;
use crate::model::Key;
use crate::store::StoreError;
use http::StatusCode;

/// A reply as its service understands it.
#[derive(Debug)]
pub(in crate::store) struct Verdict {
    /// What went wrong.
    pub fault: Fault,
    /// The status.
    pub status: StatusCode,
    /// Who said what, for people; of one line, and nothing secret.
    pub summary: String,
}

impl Verdict {
    /// The error that a read ends with. `permission`: what a refusal lacks.
    pub(in crate::store) fn read_error(self, permission: &str) -> StoreError {
        match self.fault {
            Fault::Busy | Fault::Conflict | Fault::Expired => StoreError::Transient(self.summary),
            _ => self.common_error(permission),
        }
    }

    /// The error that a write ends with.
    pub(in crate::store) fn write_error(self, key: &Key, permission: &str) -> StoreError {
        let ambiguous = |reason: String| StoreError::Ambiguous { key: key.clone(), reason };
        match self.fault {
            _ if self.status.is_success() => ambiguous(self.summary),
            Fault::Precondition | Fault::NoKey => StoreError::Precondition(key.clone()),
            Fault::Conflict => StoreError::Transient(self.summary),
            Fault::Expired => StoreError::Expired(key.clone()),
            Fault::Key => StoreError::Key { key: key.clone(), reason: self.summary },
            Fault::Busy if self.status != StatusCode::TOO_MANY_REQUESTS => ambiguous(self.summary),
            Fault::Busy => StoreError::Transient(self.summary),
            _ => self.common_error(permission),
        }
    }

    fn common_error(self, permission: &str) -> StoreError {
        let summary = self.summary;
        match self.fault {
            Fault::NoBucket => StoreError::NoStore(format!("the bucket does not exist: {summary}")),
            Fault::Credentials => StoreError::Credentials(summary),
            Fault::Skew => StoreError::Denied(format!(
                "the clock of this machine and that of the service differ too much ({summary})"
            )),
            Fault::Denied => StoreError::Denied(format!("{summary}; {permission} is needed")),
            Fault::Unsupported => StoreError::Unsupported(summary),
            Fault::Elsewhere => StoreError::Settings(summary),
            _ => StoreError::Protocol(summary),
        }
    }
}
