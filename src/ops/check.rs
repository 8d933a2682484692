//! Checks of what differs between two trees: the same engine for hooks, plan and push.

use super::{Context, OpsError};
use crate::check::{self, Subject};
use crate::git::{GitError, Repository, TreeChange, TreeEntry};
use crate::model::{Class, Finding, ObjectId, Severity, Target};

/// Findings that stop nothing.
pub type Accepted = Vec<Finding>;

/// What checking brought.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The findings, by path and line.
    pub findings: Vec<Finding>,
    /// How many files were looked at.
    pub files: usize,
}

/// Checks what pushing a commit onto a tree would change.
///
/// # Errors
/// [`OpsError::Findings`] with everything found, if an error is among it.
pub async fn pushed(
    ctx: &Context<'_>,
    base: Option<ObjectId>,
    commit: ObjectId,
) -> Result<Accepted, OpsError> {
    let tree = ctx.repository.commit(commit).await?.tree;
    let checked = between(ctx.repository, ctx.target, base, Some(tree)).await?;
    if checked.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(OpsError::Findings(checked.findings));
    }
    Ok(checked.findings)
}

/// Checks what differs between two trees.
///
/// # Errors
/// Only what the repository says: what is wrong with the files is a finding.
pub async fn between(
    repository: &dyn Repository,
    target: &Target,
    base: Option<ObjectId>,
    tree: Option<ObjectId>,
) -> Result<Checked, GitError> {
    let changes = repository.diff(base, tree).await?;
    let mut contents = Vec::new();
    for change in &changes {
        let content = |entry: Option<TreeEntry>| async move {
            match entry {
                Some(entry) if is_blob(entry) => repository.blob(entry.id).await.map(Some),
                _ => Ok(None),
            }
        };
        contents.push((content(change.old).await?, content(change.new).await?));
    }
    let subjects: Vec<Subject<'_>> = changes
        .iter()
        .zip(&contents)
        .map(|(change, (old, new))| subject(target, change, old.as_deref(), new.as_deref()))
        .collect();
    let report = check::check(&subjects, target.profile);
    Ok(Checked { findings: report.findings, files: report.checked })
}

fn is_blob(entry: TreeEntry) -> bool {
    entry.mode & 0o170_000 == 0o100_000
}

fn subject<'a>(
    target: &Target,
    change: &TreeChange,
    old: Option<&'a [u8]>,
    new: Option<&'a [u8]>,
) -> Subject<'a> {
    let key = target.key_of(&change.path);
    let class = match &key {
        Ok(Some(key)) => target.profile.class(key),
        Ok(None) | Err(_) => Class::Unknown,
    };
    let mode = change.new.or(change.old).map_or(0, |entry| entry.mode);
    Subject { path: change.path.clone(), mode, key, class, old, new }
}
