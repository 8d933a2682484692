//! Which side of a merge brought what, for findings in the merged whole: two valid sides can make
//! an invalid cluster, and whoever reads the finding has written only one of them.

use crate::edit::differences;
use crate::git::{GitError, Repository};
use crate::model::{ObjectId, TreePath};

/// The fields that each side of a merge changed in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Brought {
    /// Changed by our side.
    pub ours: Vec<String>,
    /// Changed by their side.
    pub theirs: Vec<String>,
}

/// Tells which fields of a file each side changed since both began; nothing of a file that is no
/// object on one of them.
///
/// # Errors
/// What the repository says.
pub async fn brought(
    repository: &dyn Repository,
    ours: ObjectId,
    theirs: ObjectId,
    path: &TreePath,
) -> Result<Brought, GitError> {
    let Some(base) = repository.merge_base(ours, theirs).await? else {
        return Ok(Brought::default());
    };
    let base = content(repository, base, path).await?;
    let (ours, theirs) =
        (content(repository, ours, path).await?, content(repository, theirs, path).await?);
    Ok(Brought { ours: fields(&base, &ours), theirs: fields(&base, &theirs) })
}

fn fields(base: &[u8], side: &[u8]) -> Vec<String> {
    let differences = differences(base, side).unwrap_or_default();
    differences.into_iter().map(|difference| difference.path.to_string()).collect()
}

/// What a commit's file holds; nothing if there is none.
async fn content(
    repository: &dyn Repository,
    commit: ObjectId,
    path: &TreePath,
) -> Result<Vec<u8>, GitError> {
    let tree = repository.commit(commit).await?.tree;
    let directory = path.parent().unwrap_or_else(|| TreePath::from(""));
    let files = repository.files_below(tree, &directory).await?;
    match files.into_iter().find(|(found, _)| found == path) {
        Some((_, entry)) => repository.blob(entry.id).await,
        None => Ok(Vec::new()),
    }
}
