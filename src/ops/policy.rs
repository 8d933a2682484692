//! Which policy file counts: that of the accepted branch, before the change that is checked.
//!
//! | what is checked | whose file counts |
//! |---|---|
//! | a commit, a merge | `HEAD` |
//! | a push to a repository | the old value of the ref, or `HEAD` for a new one |
//! | a push to a store | what the store was last seen to hold, or the commit that the branch has in common with it |
//!
//! So nobody weakens a policy and breaks it in one go. The file lies at the top of the tree,
//! under a name that stands for no key, and is never pushed to a store.

use crate::check::Policy;
use crate::check::policy::POLICY_FILE;
use crate::git::{GitError, Repository, TreeEntry};
use crate::model::{ObjectId, Target, TreePath};

/// The policy of a commit; `None`: it has none, or there is no commit.
///
/// # Errors
/// What the repository says.
pub async fn of_commit(
    repository: &dyn Repository,
    commit: Option<ObjectId>,
) -> Result<Option<Policy>, GitError> {
    let path = TreePath::from(POLICY_FILE);
    let Some(entry) = entry(repository, commit).await? else { return Ok(None) };
    if entry.mode & 0o170_000 != 0o100_000 {
        return Ok(Some(Policy::unreadable(path, "the policy file is no ordinary file")));
    }
    Ok(Some(Policy::read(path, &repository.blob(entry.id).await?)))
}

/// The policy file of a commit, as its tree says it.
pub(super) async fn entry(
    repository: &dyn Repository,
    commit: Option<ObjectId>,
) -> Result<Option<TreeEntry>, GitError> {
    let Some(commit) = commit else { return Ok(None) };
    let tree = repository.commit(commit).await?.tree;
    let path = TreePath::from(POLICY_FILE);
    let directory = path.parent().unwrap_or_else(|| path.clone());
    let files = repository.files_below(tree, &directory).await?;
    Ok(files.into_iter().find(|(found, _)| *found == path).map(|(_, entry)| entry))
}

/// The policy of `HEAD`.
///
/// # Errors
/// What the repository says.
pub async fn of_head(repository: &dyn Repository) -> Result<Option<Policy>, GitError> {
    of_commit(repository, repository.read_ref("HEAD").await?).await
}

/// The commit whose policy counts for what comes to a ref.
///
/// # Errors
/// What the repository says.
pub async fn accepted(
    repository: &dyn Repository,
    old: Option<ObjectId>,
) -> Result<Option<ObjectId>, GitError> {
    match old {
        Some(old) if repository.contains(old).await? => Ok(Some(old)),
        _ => repository.read_ref("HEAD").await,
    }
}

/// The policy that counts for a commit that goes to a store.
///
/// # Errors
/// What the repository says.
pub async fn of_store(
    repository: &dyn Repository,
    target: &Target,
    commit: ObjectId,
) -> Result<Option<Policy>, GitError> {
    let Some(seen) = repository.read_ref(&target.tracking_ref()).await? else { return Ok(None) };
    if let Some(policy) = of_commit(repository, Some(seen)).await? {
        return Ok(Some(policy));
    }
    of_commit(repository, repository.merge_base(seen, commit).await?).await
}
