//! What people type for a commit.

use super::GitError;
use super::libgit::{LibgitRepository, from_oid, git_error, to_oid};
use crate::model::ObjectId;
use git2::ErrorCode;

impl LibgitRepository {
    /// The commit that a revision names, such as `main~2`; `None`: there is none.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn resolve(&self, revision: &str) -> Result<Option<ObjectId>, GitError> {
        let found = self.inner.revparse_single(revision).and_then(|object| object.peel_to_commit());
        match found {
            Ok(commit) => Ok(Some(from_oid(commit.id()))),
            Err(error) => match error.code() {
                ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Ambiguous
                | ErrorCode::Peel | ErrorCode::UnbornBranch => Ok(None),
                _ => Err(git_error(revision, &error)),
            },
        }
    }

    /// How many commits `one` has that `other` has not, and the other way round.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn ahead_behind(&self, one: ObjectId, other: ObjectId) -> Result<(usize, usize), GitError> {
        let (one, other) = (to_oid(one)?, to_oid(other)?);
        self.inner.graph_ahead_behind(one, other).map_err(|error| git_error("history", &error))
    }
}
