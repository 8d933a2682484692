//! What is compared of a store's errors.

use git_store::store::StoreError;

/// The kind of an error, in a word.
pub fn kind(error: &StoreError) -> &'static str {
    match error {
        StoreError::Precondition(_) => "precondition",
        StoreError::Ambiguous { .. } => "ambiguous",
        StoreError::Expired(_) => "expired",
        StoreError::Transient(_) => "transient",
        StoreError::Denied(_) => "denied",
        StoreError::Credentials(_) => "credentials",
        StoreError::NoStore(_) => "no store",
        StoreError::Unreachable(_) => "unreachable",
        StoreError::Protocol(_) => "protocol",
        StoreError::Unsupported(_) => "unsupported",
        StoreError::Key { .. } => "key",
        StoreError::Settings(_) => "settings",
        StoreError::Io { .. } => "io",
    }
}
