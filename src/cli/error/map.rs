//! The kind of every error of the layers below.

use super::hints;
use super::{CliError, Kind};
use crate::config::BadSetting;
use crate::git::GitError;
use crate::model::{PathError, StoreUrlError};
use crate::ops::OpsError;
use crate::store::StoreError;

fn with(kind: Kind, message: &dyn std::fmt::Display, hints: Vec<String>) -> CliError {
    let error = CliError::new(kind, &message.to_string());
    hints.iter().fold(error, |error, hint| error.hint(hint))
}

impl From<OpsError> for CliError {
    fn from(error: OpsError) -> Self {
        let kind = match &error {
            OpsError::Store(_)
            | OpsError::Git(_)
            | OpsError::Path(_)
            | OpsError::Findings { .. } => {
                return passed_on(error);
            }
            OpsError::NotFastForward { .. } => Kind::NotFastForward,
            OpsError::Busy { .. } => Kind::Busy,
            OpsError::Guarded { .. } => Kind::Guarded,
            OpsError::EmptyListing { .. } => Kind::EmptyListing,
            OpsError::OtherStore { .. } => Kind::OtherStore,
            OpsError::LevelTooLow { .. } => Kind::LevelTooLow,
            OpsError::ClockSkew { .. } => Kind::Store,
            OpsError::NoBranch(_) => Kind::NoBranch,
            OpsError::NeverFetched => Kind::NeverFetched,
            OpsError::Contended => Kind::Contended,
            OpsError::Conflicts(_) => Kind::Conflicts,
            OpsError::State(_) => Kind::Repository,
            OpsError::Word(_) => Kind::Usage,
        };
        with(kind, &error, hints::ops(&error))
    }
}

fn passed_on(error: OpsError) -> CliError {
    match error {
        OpsError::Store(inner) => inner.into(),
        OpsError::Git(inner) => inner.into(),
        OpsError::Path(inner) => inner.into(),
        OpsError::Findings { .. } => {
            let shown = with(Kind::Findings, &error, hints::ops(&error));
            match error {
                OpsError::Findings { findings, .. } => shown.found(findings),
                _ => shown,
            }
        }
        other => with(Kind::Other, &other, Vec::new()),
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Precondition(_) => Kind::StoreChanged,
            StoreError::Ambiguous { .. } | StoreError::Expired(_) => Kind::NoAnswer,
            StoreError::Transient(_) | StoreError::Unreachable(_) => Kind::Unreachable,
            StoreError::Denied(_) => Kind::Denied,
            StoreError::Credentials(_) => Kind::Credentials,
            StoreError::NoStore(_) => Kind::NoStore,
            StoreError::Settings(_) => Kind::BadSetting,
            StoreError::Protocol(_)
            | StoreError::Unsupported(_)
            | StoreError::Key { .. }
            | StoreError::Io { .. } => Kind::Store,
        };
        with(kind, &error, hints::store(&error))
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> Self {
        if let GitError::Unsupported { what, .. } = &error {
            let message = format!("{what} cannot be used by git-store");
            return with(Kind::Repository, &message, hints::git(&error));
        }
        let kind = match &error {
            GitError::RefMoved { .. } | GitError::Locked { .. } => Kind::Contended,
            GitError::NotARepository(_) => Kind::NotARepository,
            GitError::Unsupported { .. } | GitError::ForeignOwner(_) | GitError::Damaged(_) => {
                Kind::Repository
            }
            GitError::Path(_)
            | GitError::Command { .. }
            | GitError::Io { .. }
            | GitError::Other(_) => Kind::Git,
        };
        with(kind, &error, hints::git(&error))
    }
}

impl From<StoreUrlError> for CliError {
    fn from(error: StoreUrlError) -> Self {
        with(Kind::BadStoreUrl, &error, hints::url(&error))
    }
}

impl From<BadSetting> for CliError {
    fn from(error: BadSetting) -> Self {
        with(Kind::BadSetting, &error, hints::setting(&error))
    }
}

/// A bad path says itself how it is written.
impl From<PathError> for CliError {
    fn from(error: PathError) -> Self {
        with(Kind::BadPath, &error, Vec::new())
    }
}
