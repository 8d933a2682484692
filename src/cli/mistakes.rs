//! Mistakes in what was typed or set up, each with the next command to type.

use super::error::{CliError, Kind};
use std::path::Path;

/// The repository has no store of this name.
pub fn no_store(name: &str) -> CliError {
    CliError::new(Kind::Repository, &format!("this repository has no store '{name}'"))
        .hint("git store init URL")
}

/// The repository has several stores and none was named.
pub fn several_stores(one: &str, other: &str) -> CliError {
    CliError::usage("this repository has several stores").hint(&format!("--store={one} or --store={other}"))
}

/// A store of this name is there already.
pub fn store_exists(name: &str, url: &str) -> CliError {
    CliError::usage(&format!("the remote '{name}' is there already, for {url}"))
        .hint("git store init URL --name OTHER")
}

/// Neither a URL nor a default store.
pub fn no_url() -> CliError {
    CliError::usage("no store was named")
        .hint("name it as s3://bucket/prefix or file:///path, or set KOPS_STATE_STORE")
}

/// A revision that names no commit.
pub fn no_commit(revision: &str) -> CliError {
    CliError::new(Kind::NoBranch, &format!("'{revision}' is no commit"))
        .hint("git log shows the commits there are")
}

/// A clone needs an empty place.
pub fn not_empty(path: &Path) -> CliError {
    CliError::usage(&format!("'{}' exists and is not empty", path.display()))
        .hint("git store clone URL OTHER-DIRECTORY")
}

/// `HEAD` is no branch.
pub fn detached(branch: &str) -> CliError {
    CliError::new(Kind::Repository, "HEAD is detached, so there is no branch to merge into")
        .hint(&format!("git switch {branch}"))
}

/// The work tree has changes that a merge could run into.
pub fn dirty() -> CliError {
    CliError::new(Kind::Repository, "there are changes that are not committed")
        .hint("git commit, or git stash, and then git store pull")
}

/// Nothing to check.
pub fn nothing_checked(what: &str) -> CliError {
    CliError::usage(&format!("nothing was checked: {what}")).hint("git store check FILE…")
}

/// A file or directory could not be read.
pub fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(Kind::Other, &format!("cannot read '{}': {error}", path.display()))
}

/// Git and the remote helper do not understand each other.
pub fn protocol(command: &str) -> CliError {
    CliError::new(Kind::Git, &format!("git asks for '{command}', which a store does not know"))
}

/// A push option that means nothing here.
pub fn push_option(option: &str) -> CliError {
    CliError::usage(&format!("a store knows no push option '{option}'"))
        .hint("git push -o allow-delete='PATTERN'")
}

/// Standard input or output is gone.
pub fn stream(error: &std::io::Error) -> CliError {
    CliError::new(Kind::Output, &format!("cannot talk to git: {error}"))
}
