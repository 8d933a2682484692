//! Amazon's resource names, as kops reads them.

/// A resource name, as far as rules ask for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Arn<'a> {
    /// What stands behind partition, service, region and account.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, in which all but the first may be
    /// empty.
    pub fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        Some(Self { resource: parts.nth(4)? })
    }
}
