//! Checks of changed files: the same engine for hooks, plan and push.
//!
//! A file is compared with what the store was last seen to hold, not with the commit before:
//! pointers and generated files that came from the store are nobody's edit.

use super::around::{Around, context};
use super::{Context, OpsError, policy, words};
use crate::check::{self, EntryKind, Options, Policy, Report, Subject, Word};
use crate::git::{GitError, Repository, TreeChange, TreeEntry};
use crate::model::{Class, Finding, ObjectId, Severity, Target, TreePath};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Findings that stop nothing.
pub type Accepted = Vec<Finding>;

/// The files of a tree, for comparing with.
pub type Known = BTreeMap<TreePath, TreeEntry>;

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
    let changes = ctx.repository.diff(base, Some(tree)).await?;
    let policy = policy::of_store(ctx.repository, ctx.target, commit).await?;
    let (against, around) = (Against::Before, Around::Tree(tree));
    let today = ctx.clock.now().date_naive();
    let mut with = With { against, around, policy: policy.as_ref(), words: &[], today };
    let mut report = changed(ctx.repository, ctx.target, &changes, &with).await?;
    let words;
    if report.takes_word() {
        // Only then: history is long.
        words = said(ctx, commit, policy.as_ref()).await?;
        with.words = &words;
        report = changed(ctx.repository, ctx.target, &changes, &with).await?;
    }
    if report.worst() == Some(Severity::Error) {
        let words_signed = words::want_signature(policy.as_ref());
        return Err(OpsError::Findings { findings: report.findings, words_signed });
    }
    Ok(report.findings)
}

/// The words for a push: of settings, and of the commits that the store has not seen. Whoever
/// allows a deletion means it.
async fn said(
    ctx: &Context<'_>,
    commit: ObjectId,
    policy: Option<&Policy>,
) -> Result<Vec<Word>, OpsError> {
    let tracking = ctx.repository.read_ref(&ctx.target.tracking_ref()).await?;
    let mut given = words::parse(&ctx.settings.allow)?;
    given.extend(words::of_deletions(ctx.settings.allow_delete.texts()));
    let mut words = words::given(given, policy);
    words.extend(words::of_history(ctx.repository, tracking, commit, policy).await?);
    Ok(words)
}

/// What changed files are checked with.
#[derive(Clone, Copy, Debug)]
pub struct With<'a> {
    /// What they are compared with.
    pub against: Against<'a>,
    /// Where the files are that did not change.
    pub around: Around<'a>,
    /// The policy that counts ([`policy`] says which).
    pub policy: Option<&'a Policy>,
    /// What is allowed this once.
    pub words: &'a [Word],
    /// The day.
    pub today: NaiveDate,
}

/// What changed files are compared with.
#[derive(Clone, Copy, Debug)]
pub enum Against<'a> {
    /// Each file with what the change replaces.
    Before,
    /// Each file with what the store was last seen to hold; one that is just so passes.
    Store(&'a Known),
    /// Each file with itself: it is only looked at, and nothing counts as an edit.
    Itself,
}

impl<'a> Against<'a> {
    /// The store, where anything is known of it, else what the change replaces.
    pub fn store_or_before(known: Option<&'a Known>) -> Self {
        known.map_or(Against::Before, Against::Store)
    }

    fn old(self, change: &TreeChange) -> Option<TreeEntry> {
        match self {
            Against::Before => change.old,
            Against::Store(known) => known.get(&change.path).copied(),
            Against::Itself => change.new,
        }
    }
}

/// The files that the store was last seen to hold; `None`: it was never seen. In a clone of a
/// shared repository the tracking ref is a branch of that repository's.
pub async fn known(
    repository: &dyn Repository,
    target: &Target,
) -> Result<Option<Known>, GitError> {
    let mut tip = repository.read_ref(&target.tracking_ref()).await?;
    if tip.is_none() {
        let remotes = repository.refs_below("refs/remotes/").await?;
        let is_shared = |name: &str| name.split('/').nth(3) == Some("store");
        tip = remotes.into_iter().find(|(name, _)| is_shared(name)).map(|(_, tip)| tip);
    }
    let Some(tip) = tip else { return Ok(None) };
    let tree = repository.commit(tip).await?.tree;
    Ok(Some(repository.files(tree).await?.into_iter().collect()))
}

/// Checks changed files, with those around them that they must fit to.
///
/// # Errors
/// Only what the repository says: what is wrong with the files is a finding.
pub async fn changed(
    repository: &dyn Repository,
    target: &Target,
    changes: &[TreeChange],
    with: &With<'_>,
) -> Result<Report, GitError> {
    let mut subjects = Vec::new();
    let mut entries = Vec::new();
    for change in changes {
        let old = with.against.old(change);
        if matches!(with.against, Against::Store(_)) && old == change.new {
            continue;
        }
        entries.extend(change.new.map(|entry| tree_entry(target, &change.path, entry)));
        if change.new.is_none_or(is_blob) {
            subjects.push(subject(repository, target, &change.path, old, change.new).await?);
        }
    }
    subjects.extend(context(repository, target, &subjects, with.around).await?);
    let options = Options {
        profile: target.profile,
        policy: with.policy,
        words: with.words,
        today: Some(with.today),
    };
    let files = check::check(&subjects, options);
    // Each file is an entry, too, and counts once.
    let entries = Report { checked: 0, ..check::check_tree(&entries) };
    Ok(files.merged(entries))
}

fn is_blob(entry: TreeEntry) -> bool {
    entry.mode & 0o170_000 == 0o100_000
}

fn tree_entry(target: &Target, path: &TreePath, entry: TreeEntry) -> check::TreeEntry {
    let kind = match entry.mode & 0o170_000 {
        0o100_000 | 0o120_000 => EntryKind::Blob,
        0o160_000 => EntryKind::Commit,
        _ => EntryKind::Other,
    };
    let is_in_store = !matches!(target.key_of(path), Ok(None));
    check::TreeEntry { path: path.clone(), mode: entry.mode, kind, is_in_store }
}

pub(super) async fn subject(
    repository: &dyn Repository,
    target: &Target,
    path: &TreePath,
    old: Option<TreeEntry>,
    new: Option<TreeEntry>,
) -> Result<Subject<'static>, GitError> {
    let (key, path_error) = match target.key_of(path) {
        Ok(key) => (key, None),
        Err(error) => (None, Some(error)),
    };
    Ok(Subject {
        path: path.clone(),
        mode: new.or(old).map_or(TreeEntry::REGULAR, |entry| entry.mode),
        class: key.as_ref().map_or(Class::Unknown, |key| target.profile.class(key)),
        key,
        path_error,
        is_manifest: false,
        is_context: false,
        old: content(repository, old).await?,
        new: content(repository, new).await?,
    })
}

async fn content(
    repository: &dyn Repository,
    entry: Option<TreeEntry>,
) -> Result<Option<Cow<'static, [u8]>>, GitError> {
    match entry.filter(|entry| is_blob(*entry)) {
        Some(entry) => Ok(Some(Cow::Owned(repository.blob(entry.id).await?))),
        None => Ok(None),
    }
}
