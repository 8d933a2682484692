//! Where git looks for hooks.

use super::GitError;
use super::libgit::LibgitRepository;
use std::path::{Component, Path, PathBuf};

/// Where git looks for hooks, if that is this repository's own affair.
pub(super) fn hooks_directory(repository: &LibgitRepository) -> Result<PathBuf, GitError> {
    let common = repository.common_directory();
    let config = repository.inner.config();
    let chosen = config.and_then(|config| config.get_path("core.hookspath"));
    // A relative path counts from where hooks run.
    let place = match chosen {
        Ok(chosen) => repository.work_tree().unwrap_or(common).join(chosen),
        Err(_) => common.join("hooks"),
    };
    let homes = [Some(common), repository.work_tree()];
    let is_inside = homes.into_iter().flatten().any(|home| is_below(&place, home));
    if is_inside { Ok(place) } else { Err(shared(&place)) }
}

/// Whether a path, of which the end may not exist yet, lies in a directory.
fn is_below(path: &Path, directory: &Path) -> bool {
    let existing = path.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
    let has_dots = path.components().any(|part| part == Component::ParentDir);
    match (existing, directory.canonicalize()) {
        (Some(existing), Ok(directory)) => {
            existing.starts_with(&directory) && (!has_dots || path.exists())
        }
        _ => false,
    }
}

fn shared(place: &Path) -> GitError {
    GitError::Unsupported {
        what: format!("the hooks directory {}, which other repositories share,", place.display()),
        way_out: "give this repository its own with 'git config core.hooksPath .git/hooks', or \
                  call 'git store hook NAME' from the shared hooks"
            .into(),
    }
}
