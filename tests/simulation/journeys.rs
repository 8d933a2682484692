//! The seam to what is under test: fetch, pull and push as the actors call them.
//!
//! For now this calls the stand-in of `standin.rs`, a protocol small enough to test the
//! simulation with. To put `ops` in its place, only the three functions below change: build the
//! context of `ops` from the ports of [`Session`] and turn its errors into [`Trouble`].

use super::session::Session;
use super::standin;
use git_store::git::GitError;
use git_store::store::StoreError;
use std::time::Duration;

/// Why a journey ended early.
#[derive(Debug)]
pub enum Trouble {
    /// Try again some time.
    Later(String),
    /// Another push may still be under way.
    Fenced(Duration),
    /// The branch lacks what the store has: pull first.
    Behind,
    /// Both sides changed a key.
    Conflict,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<GitError> for Trouble {
    fn from(error: GitError) -> Self {
        Self::Later(error.to_string())
    }
}

/// Store to tracking ref.
pub async fn fetch(session: &Session) -> Result<(), Trouble> {
    standin::fetch(session).await
}

/// Tracking ref to branch, without a work tree.
pub async fn pull(session: &Session) -> Result<(), Trouble> {
    standin::pull(session).await
}

/// Branch to store.
pub async fn push(session: &Session) -> Result<(), Trouble> {
    standin::push(session).await
}
