//! Opens repositories, and says clearly which cannot be opened and what to do instead.

use super::GitError;
use super::libgit::LibgitRepository;
use git2::{ErrorCode, RepositoryOpenFlags};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// See [`LibgitRepository::from_environment`].
pub(super) fn from_environment() -> Result<LibgitRepository, GitError> {
    let named = std::env::var_os("GIT_DIR").map(PathBuf::from);
    let place = named.unwrap_or_else(|| PathBuf::from("."));
    let inner = git2::Repository::open_from_env().map_err(|error| refusal(&place, &error))?;
    let objects = std::env::var_os("GIT_OBJECT_DIRECTORY").map(PathBuf::from);
    accept(inner, objects)
}

/// Opens what is at or, without `NO_SEARCH`, above a path.
pub(super) fn at(path: &Path, flags: RepositoryOpenFlags) -> Result<LibgitRepository, GitError> {
    let no_ceiling: [&OsStr; 0] = [];
    let inner = git2::Repository::open_ext(path, flags, no_ceiling);
    accept(inner.map_err(|error| refusal(path, &error))?, None)
}

fn accept(inner: git2::Repository, objects: Option<PathBuf>) -> Result<LibgitRepository, GitError> {
    if has_promised_objects(&inner) {
        return Err(partial_clone());
    }
    Ok(LibgitRepository::new(inner, objects))
}

/// A clone made with `--filter`: git fetches missing objects when it meets them, libgit2 cannot.
fn has_promised_objects(inner: &git2::Repository) -> bool {
    let Ok(config) = inner.config() else { return false };
    if config.get_string("extensions.partialclone").is_ok() {
        return true;
    }
    let mut promises = false;
    if let Ok(entries) = config.entries(Some("^remote\\..*\\.promisor$")) {
        let _ = entries.for_each(|entry| promises |= entry.value().ok() != Some("false"));
    }
    promises
}

fn refusal(path: &Path, error: &git2::Error) -> GitError {
    let place = path.display().to_string();
    let message = error.message();
    match error.code() {
        ErrorCode::NotFound => GitError::NotARepository(place),
        ErrorCode::Owner => GitError::ForeignOwner(place),
        _ if message.contains("object format") => GitError::Unsupported {
            what: "a SHA-256 repository".into(),
            way_out: "use one made with 'git init --object-format=sha1'".into(),
        },
        _ if message.contains("extensions.refstorage") => GitError::Unsupported {
            what: "a repository with reftables".into(),
            way_out: "run 'git refs migrate --ref-format=files' in it".into(),
        },
        _ if message.contains("extensions.partialclone") => partial_clone(),
        _ if message.contains("unsupported extension") => GitError::Unsupported {
            what: format!("this repository ({message})"),
            way_out: "clone it afresh without that extension".into(),
        },
        _ => GitError::Other(format!("{place} cannot be opened: {message}")),
    }
}

fn partial_clone() -> GitError {
    GitError::Unsupported {
        what: "a partial clone".into(),
        way_out: "clone it without '--filter'".into(),
    }
}
