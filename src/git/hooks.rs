//! Installs the hooks through which git asks git-store.

use super::GitError;
use super::durable::io_error;
use super::libgit::LibgitRepository;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A hook of git and the script that asks git-store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hook {
    /// Git's name for it.
    pub name: &'static str,
    /// The script. Its first two lines are the same in every version of git-store.
    pub script: &'static str,
}

/// Hooks for where people commit and push.
pub const CLIENT: &[Hook] = &[
    Hook { name: "pre-commit", script: include_str!("../../hooks/pre-commit") },
    Hook { name: "pre-merge-commit", script: include_str!("../../hooks/pre-merge-commit") },
    Hook { name: "pre-push", script: include_str!("../../hooks/pre-push") },
];

/// Hooks for where pushes arrive.
pub const SERVER: &[Hook] = &[
    Hook { name: "pre-receive", script: include_str!("../../hooks/pre-receive") },
    Hook { name: "post-receive", script: include_str!("../../hooks/post-receive") },
];

/// What stands in a hook's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HookState {
    /// Nothing.
    Missing,
    /// This version's script.
    Installed,
    /// Ours, but another version's, changed, or not executable.
    Outdated,
    /// Somebody else's.
    Foreign,
}

/// What stands in a hook's place, and behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookStatus {
    /// Git's name for it.
    pub name: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// What is there.
    pub state: HookState,
    /// Whether a hook that was there before, now `NAME.chained`, runs before ours.
    pub is_chained: bool,
}

/// Tells which hooks are installed.
///
/// # Errors
/// When git's hooks directory lies outside the repository, or a file cannot be read.
pub fn status(repository: &LibgitRepository, hooks: &[Hook]) -> Result<Vec<HookStatus>, GitError> {
    let directory = hooks_directory(repository)?;
    hooks.iter().map(|hook| status_of(&directory, *hook)).collect()
}

/// Installs hooks. One that is already there is kept as `NAME.chained`, which ours runs first.
/// Nothing is changed if one of them cannot be installed.
///
/// # Errors
/// When git's hooks directory lies outside the repository, when both `NAME` and
/// `NAME.chained` are somebody else's, or when a file cannot be written.
pub fn install(repository: &LibgitRepository, hooks: &[Hook]) -> Result<Vec<HookStatus>, GitError> {
    let directory = hooks_directory(repository)?;
    fs::create_dir_all(&directory).map_err(io_error("making the hooks directory"))?;
    for hook in hooks {
        let status = status_of(&directory, *hook)?;
        if status.state == HookState::Foreign && status.is_chained {
            return Err(both_taken(&status.path));
        }
    }
    for hook in hooks {
        let path = directory.join(hook.name);
        install_one(&directory, *hook).map_err(io_error(format!("installing {}", path.display())))?;
    }
    status(repository, hooks)
}

/// Removes our hooks, and puts those back that were there before. Others stay.
///
/// # Errors
/// See [`install`].
pub fn uninstall(repository: &LibgitRepository, hooks: &[Hook]) -> Result<Vec<HookStatus>, GitError> {
    let directory = hooks_directory(repository)?;
    for hook in hooks {
        let status = status_of(&directory, *hook)?;
        if matches!(status.state, HookState::Installed | HookState::Outdated) {
            remove_one(&status).map_err(io_error(format!("removing {}", status.path.display())))?;
        }
    }
    status(repository, hooks)
}

fn status_of(directory: &Path, hook: Hook) -> Result<HookStatus, GitError> {
    let path = directory.join(hook.name);
    let is_chained = fs::symlink_metadata(chained(&path)).is_ok();
    let state = state_of(&path, hook).map_err(io_error(format!("reading {}", path.display())))?;
    Ok(HookStatus { name: hook.name, path, state, is_chained })
}

fn state_of(path: &Path, hook: Hook) -> io::Result<HookState> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HookState::Missing),
        metadata => metadata?,
    };
    if !metadata.is_file() {
        return Ok(HookState::Foreign);
    }
    let content = fs::read(path)?;
    let is_executable = metadata.permissions().mode() & 0o111 == 0o111;
    if content == hook.script.as_bytes() && is_executable {
        return Ok(HookState::Installed);
    }
    let is_ours = head(&content) == head(hook.script.as_bytes());
    Ok(if is_ours { HookState::Outdated } else { HookState::Foreign })
}

/// The first two lines.
fn head(content: &[u8]) -> Vec<&[u8]> {
    content.split(|byte| *byte == b'\n').take(2).collect()
}

fn install_one(directory: &Path, hook: Hook) -> io::Result<()> {
    let path = directory.join(hook.name);
    match state_of(&path, hook)? {
        HookState::Installed => return Ok(()),
        HookState::Foreign => {
            // A link, unlike a rename, never replaces what is there.
            fs::hard_link(&path, chained(&path))?;
        }
        HookState::Missing | HookState::Outdated => {}
    }
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(hook.script.as_bytes())?;
    file.as_file().set_permissions(Permissions::from_mode(0o755))?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn remove_one(status: &HookStatus) -> io::Result<()> {
    if status.is_chained {
        fs::rename(chained(&status.path), &status.path)
    } else {
        fs::remove_file(&status.path)
    }
}

fn chained(path: &Path) -> PathBuf {
    path.with_added_extension("chained")
}

/// Where git looks for hooks, if that is this repository's own affair.
fn hooks_directory(repository: &LibgitRepository) -> Result<PathBuf, GitError> {
    let common = repository.common_directory();
    let config = repository.inner.config();
    let Ok(chosen) = config.and_then(|config| config.get_path("core.hookspath")) else {
        return Ok(common.join("hooks"));
    };
    // A relative path counts from where hooks run.
    let place = repository.work_tree().unwrap_or(common).join(chosen);
    let homes = [Some(common), repository.work_tree()];
    let is_inside = homes.into_iter().flatten().any(|home| is_below(&place, home));
    if is_inside { Ok(place) } else { Err(shared(&place)) }
}

/// Whether a path, of which the end may not exist yet, lies in a directory.
fn is_below(path: &Path, directory: &Path) -> bool {
    let existing = path.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
    let has_dots = path.components().any(|part| part == std::path::Component::ParentDir);
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

fn both_taken(path: &Path) -> GitError {
    GitError::Unsupported {
        what: format!("{}, beside which a .chained one already stands,", path.display()),
        way_out: "join the two, or remove one of them".into(),
    }
}
