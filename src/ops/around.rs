//! What surrounds changed files: a group is understood with its cluster, and a cluster with its
//! groups, whether those changed or not.

use super::check::{Known, subject};
use crate::check::Subject;
use crate::git::{GitError, Repository, TreeEntry};
use crate::model::{Class, Key, ObjectId, Profile, Target, TreePath};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Where the files that did not change are.
#[derive(Clone, Copy, Debug)]
pub enum Around<'a> {
    /// In a tree.
    Tree(ObjectId),
    /// Among these.
    Files(&'a Known),
}

/// The unchanged configuration of the clusters that changed files belong to.
pub(super) async fn context(
    repository: &dyn Repository,
    target: &Target,
    changed: &[Subject<'_>],
    around: Around<'_>,
) -> Result<Vec<Subject<'static>>, GitError> {
    let seen: BTreeSet<&TreePath> = changed.iter().map(|subject| &subject.path).collect();
    let mut found = Vec::new();
    for cluster in clusters(target, changed) {
        let directory = target.path_of(&cluster, false);
        for (path, entry) in files_below(repository, around, &directory).await? {
            if !seen.contains(&path) && is_object(target, &path) {
                found.push(unchanged(repository, target, &path, entry).await?);
            }
        }
    }
    Ok(found)
}

/// The clusters whose configuration changed and is still there.
fn clusters(target: &Target, changed: &[Subject<'_>]) -> BTreeSet<Key> {
    let is_object = |subject: &&Subject<'_>| subject.class == Class::Desired;
    let keys = changed.iter().filter(is_object).filter_map(|subject| subject.key.as_ref());
    keys.filter_map(|key| target.profile.cluster(key)).collect()
}

/// Whether kops keeps a cluster or an instance group there.
fn is_object(target: &Target, path: &TreePath) -> bool {
    let key = target.key_of(path).ok().flatten();
    key.is_some_and(|key| {
        target.profile == Profile::Kops && target.profile.class(&key) == Class::Desired
    })
}

async fn files_below(
    repository: &dyn Repository,
    around: Around<'_>,
    directory: &TreePath,
) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
    match around {
        Around::Tree(tree) => repository.files_below(tree, directory).await,
        Around::Files(files) => {
            let after = files.range(directory.clone()..).skip_while(|(path, _)| *path == directory);
            let below =
                after.take_while(|(path, _)| path.as_bytes().starts_with(directory.as_bytes()));
            let inside = below.filter(|(path, _)| path.is_below(directory));
            Ok(inside.map(|(path, entry)| (path.clone(), *entry)).collect())
        }
    }
}

async fn unchanged(
    repository: &dyn Repository,
    target: &Target,
    path: &TreePath,
    entry: TreeEntry,
) -> Result<Subject<'static>, GitError> {
    let subject = subject(repository, target, path, None, Some(entry)).await?;
    let old: Option<Cow<'static, [u8]>> = subject.new.clone();
    Ok(Subject { is_context: true, old, ..subject })
}
