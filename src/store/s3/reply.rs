//! What a reply means that is no success.

use super::fault::{Refusal, fault_of};
use crate::model::Key;
use crate::store::StoreError;
use crate::store::wire::{Fault, Verdict, parse};
use serde::de::DeserializeOwned;

pub(super) use crate::store::wire::Reply;

impl Reply {
    /// The error that the body tells, if it does, whatever the status.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.xml("Error").ok()
    }

    /// The body as XML with this root; the end tag must be there.
    pub(super) fn xml<T: DeserializeOwned>(&self, root: &str) -> Result<T, String> {
        parse(&self.body, root)
    }

    /// Success, or the error that a read ends with. `permission`: what a 403 lacks.
    pub(super) fn checked(self, permission: &str) -> Result<Self, StoreError> {
        match self.status.is_success() && self.refusal().is_none() {
            true => Ok(self),
            false => Err(self.read_error(permission)),
        }
    }

    /// What a reply to a read means that is no success.
    pub(super) fn read_error(&self, permission: &str) -> StoreError {
        self.verdict().read_error(permission)
    }

    /// What a reply to a write means that is no success.
    pub(super) fn write_error(&self, key: &Key, permission: &str) -> StoreError {
        self.verdict().write_error(key, permission)
    }

    fn verdict(&self) -> Verdict {
        let fault = self.fault();
        let summary = match fault {
            Fault::Elsewhere => self.elsewhere(),
            _ => self.summary(),
        };
        Verdict { fault, status: self.status, summary }
    }

    fn elsewhere(&self) -> String {
        match self.region_hint() {
            Some(region) => {
                format!("the bucket is in region {region}; set AWS_REGION or S3_REGION to it")
            }
            None => format!(
                "{} sends us elsewhere, which is not followed; check the endpoint and the region",
                self.host
            ),
        }
    }

    /// The region that the service says the bucket is in.
    pub(super) fn region_hint(&self) -> Option<String> {
        let header = self.header("x-amz-bucket-region").map(str::to_owned);
        let region = header.or_else(|| self.refusal().and_then(|refusal| refusal.region))?;
        super::site::check_region(&region).ok()
    }

    /// Whether the service says that the bucket is in another region.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.fault() == Fault::Elsewhere
    }

    /// Whether the service says in its own word that there is no such key.
    pub(super) fn is_no_such_key(&self) -> bool {
        self.fault() == Fault::NoKey
    }

    /// Whether the service says that there is no such version of the key.
    pub(super) fn is_no_such_version(&self) -> bool {
        let code = self.refusal().map(|refusal| refusal.code);
        self.is_no_such_key() || code.as_deref() == Some("NoSuchVersion")
    }

    fn fault(&self) -> Fault {
        match self.refusal() {
            Some(refusal) => fault_of(self.status, &refusal),
            None if self.status.is_success() => Fault::Success,
            None => Fault::of_status(self.status),
        }
    }

    /// Status, code and message for people, of one line and not too long.
    pub(super) fn summary(&self) -> String {
        let refusal = self.refusal();
        self.told(refusal.map(|refusal| format!("{}: {}", refusal.code, refusal.message)), "S3")
    }
}
