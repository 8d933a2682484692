//! Errors of the command layer itself.

use super::{CliError, Kind};
use crate::model::StoreUrl;
use std::io;
use std::path::Path;

impl CliError {
    /// No store was named, and there is no default one.
    pub fn no_url() -> Self {
        Self::new(Kind::BadStoreUrl, "no store was named, and kops knows none")
            .hint("name it, such as s3://bucket/prefix, or set KOPS_STATE_STORE")
    }

    /// A revision names no commit.
    pub fn no_commit(revision: &str) -> Self {
        Self::new(Kind::NoBranch, &format!("'{revision}' is no commit")).hint(
            "`git branch --all` lists what there is; `git store pull` brings what the store holds",
        )
    }

    /// The repository has no store of this name.
    pub fn no_store(name: &str) -> Self {
        Self::new(Kind::NoRemote, &format!("the repository has no store '{name}'"))
            .hint("type `git store init <URL>`, or name another one with --store")
    }

    /// The repository has several stores, and none was named.
    pub fn several_stores(one: &str, other: &str) -> Self {
        Self::usage(&format!("the repository has several stores, '{one}' and '{other}' among them"))
            .hint(&format!("name one: `git store --store {one} …`"))
    }

    /// A remote of this name exists.
    pub fn store_exists(name: &str, url: &str) -> Self {
        Self::usage(&format!("the remote '{name}' exists already: {url}"))
            .hint("use another name: `git store init <URL> --name <other>`")
    }

    /// The URL says no name for the clone.
    pub fn no_directory() -> Self {
        Self::usage("the store's URL says no name for the clone")
            .hint("name a directory: `git store clone <URL> <directory>`")
    }

    /// A clone needs a directory of its own.
    pub fn not_empty(path: &Path) -> Self {
        Self::usage(&format!("'{}' exists and is not empty", path.display()))
            .hint("name another directory: `git store clone <URL> <directory>`")
    }

    /// Another branch, or none, is checked out.
    pub fn detached(branch: &str) -> Self {
        Self::new(Kind::Repository, &format!("the branch '{branch}' is not checked out"))
            .hint(&format!("type `git switch {branch}` first"))
    }

    /// The hints of an error that happened where there is no repository that knows the store.
    #[must_use]
    pub fn about(mut self, url: &StoreUrl) -> Self {
        for hint in &mut self.hints {
            *hint = hint.replace("`git store doctor`", &format!("`git store doctor {url}`"));
        }
        self
    }

    /// A merge waits for a decision.
    pub fn conflicts() -> Self {
        Self::new(Kind::Conflicts, "the store and the branch changed the same lines")
            .hint("resolve the conflicts, `git add` and `git commit`, then `git store push`")
            .hint("`git merge --abort` puts everything back")
    }

    /// Git refused to begin a merge, and said why.
    pub fn not_merged() -> Self {
        Self::new(Kind::Repository, "the store's changes are fetched, but git did not merge them")
            .hint("`git commit` or `git stash` what you changed, then pull again")
    }

    /// Git said something that a remote helper does not know.
    pub fn protocol(line: &str) -> Self {
        Self::new(Kind::Git, &format!("git asks for something unknown: '{line}'"))
    }

    /// An unknown option of `git push -o`.
    pub fn push_option(option: &str) -> Self {
        Self::usage(&format!("'{option}' is no push option"))
            .hint("write `git push -o allow-delete='<pattern>'`")
    }

    /// There was nothing to check.
    pub fn nothing_checked(what: &str) -> Self {
        Self::usage(&format!("nothing was checked: {what}")).hint("git store check FILE…")
    }

    /// A file or directory cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::new(Kind::Other, &format!("cannot read '{}': {error}", path.display()))
    }

    /// Reading or writing locally failed.
    pub fn from_io(error: io::Error) -> Self {
        Self::new(Kind::Other, &error.to_string())
    }
}
