//! `pre-receive`: every new commit of a push is checked before git takes it.
//!
//! Each commit counts, not only the last: a secret in a commit between is in git for ever.

use super::around::Around;
use super::check::{Against, With, changed, known};
use super::{OpsError, policy, words};
use crate::check::{Policy, Report, Word};
use crate::git::pushed::RefUpdate;
use crate::git::{
    GitError, HostileEntry, HostileKind, Incoming, LibgitRepository, Repository, TreeEntry,
};
use crate::model::{Finding, ObjectId, Severity, Target};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// More new commits than this are no review.
const MOST_COMMITS: usize = 10_000;
/// More tree entries than this in one push are an attack or a mistake.
const MOST_ENTRIES: usize = 1_000_000;

/// Of more commits with findings than this, the texts are not kept: a small push can hold
/// thousands of versions of a large file.
const MOST_TEXTS: usize = 50;

/// What is wrong with one new commit, or with the push itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The commit; `None` for the push itself.
    pub commit: Option<ObjectId>,
    /// What no earlier commit of the push had just so.
    pub report: Report,
}

/// Checks every commit that a push brings and no ref has yet; what is found comes commit by
/// commit, oldest first. Besides the words that are given, each commit of the push may say some
/// for all of them.
///
/// # Errors
/// What the repository says, [`GitError::Unsupported`] when the push is too large to check, and
/// [`OpsError::Word`] for a trailer that is no word.
pub async fn check(
    repository: &LibgitRepository,
    target: &Target,
    updates: &[RefUpdate],
    words: &[Word],
    today: NaiveDate,
) -> Result<Vec<Found>, OpsError> {
    let existing = repository.refs_below("refs/").await?;
    let existing: Vec<ObjectId> = existing.into_iter().map(|(_, id)| id).collect();
    let known = known(repository, target).await?;
    let against = Against::store_or_before(known.as_ref());
    let mut budget = MOST_ENTRIES;
    let mut findings = Findings::default();
    findings.add(None, own_refs(updates));
    for group in groups(repository, updates).await? {
        let commits = repository.new_commits(&group.tips, &existing, MOST_COMMITS)?;
        let policy = group.policy.as_ref();
        let words = said(repository, &commits, words, policy).await?;
        for commit in commits {
            let incoming = repository.incoming(commit, &mut budget)?;
            let around = Around::Tree(incoming.commit.tree);
            let with = With { against, around, policy, words: &words, today };
            let report = changed(repository, target, &incoming.changes, &with).await?;
            findings.add(Some(commit), hostile(target, &incoming).merged(report));
        }
    }
    Ok(findings.found)
}

/// Findings commit by commit, each said once.
#[derive(Default)]
struct Findings {
    found: Vec<Found>,
    seen: BTreeSet<Finding>,
    texts: usize,
}

impl Findings {
    fn add(&mut self, commit: Option<ObjectId>, mut report: Report) {
        report.findings.retain(|finding| self.seen.insert(finding.clone()));
        self.texts += usize::from(!report.findings.is_empty());
        if report.findings.is_empty() || self.texts > MOST_TEXTS {
            report.texts.clear();
        }
        self.found.push(Found { commit, report });
    }
}

/// The words that are given, and those of the commits.
async fn said(
    repository: &LibgitRepository,
    commits: &[ObjectId],
    given: &[Word],
    policy: Option<&Policy>,
) -> Result<Vec<Word>, OpsError> {
    let mut said = words::given(given.to_vec(), policy);
    for commit in commits {
        said.extend(words::of_commit(repository, *commit, policy).await?);
    }
    Ok(said)
}

/// Refs that one policy counts for. A commit that comes to refs of several is checked by each.
struct Group {
    policy: Option<Policy>,
    tips: Vec<ObjectId>,
}

/// Groups refs by the policy file that counts; nearly always they have the same.
async fn groups(
    repository: &LibgitRepository,
    updates: &[RefUpdate],
) -> Result<Vec<Group>, GitError> {
    let mut groups: Vec<(Option<TreeEntry>, Group)> = Vec::new();
    for update in updates {
        let Some(tip) = update.new else { continue };
        let commit = policy::accepted(repository, update.old).await?;
        let file = policy::entry(repository, commit).await?;
        match groups.iter_mut().find(|(known, _)| *known == file) {
            Some((_, group)) => group.tips.push(tip),
            None => {
                let policy = policy::of_commit(repository, commit).await?;
                groups.push((file, Group { policy, tips: vec![tip] }));
            }
        }
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// Refs that only git-store moves.
fn own_refs(updates: &[RefUpdate]) -> Report {
    let is_own = |name: &str| {
        ["refs/store/", "refs/notes/store", "refs/heads/store/"]
            .iter()
            .any(|own| name.starts_with(own))
    };
    let finding = |update: &RefUpdate| Finding {
        rule: "own-ref",
        severity: Severity::Error,
        path: update.name.as_str().into(),
        field: String::new(),
        span: None,
        message: "only git-store moves this ref".to_owned(),
        help: Some("push to a branch of your own".to_owned()),
        fix: None,
    };
    let findings = updates.iter().filter(|update| is_own(&update.name)).map(finding).collect();
    Report { findings, ..Report::default() }
}

/// What makes a tree unreadable or a trap, wherever it lies. Everything else that a store cannot
/// hold is for the rule `tree-entry`, which knows the store's part of the tree.
fn is_trap(kind: HostileKind) -> bool {
    match kind {
        HostileKind::OddMode(_)
        | HostileKind::EmptyName
        | HostileKind::GitDirectory
        | HostileKind::Separator
        | HostileKind::Control
        | HostileKind::NotUtf8
        | HostileKind::Duplicate
        | HostileKind::FileAndDirectory
        | HostileKind::TooLong
        | HostileKind::Disorder
        | HostileKind::Malformed => true,
        HostileKind::Symlink
        | HostileKind::Gitlink
        | HostileKind::Executable
        | HostileKind::GitSettings
        | HostileKind::ReservedName
        | HostileKind::Invisible
        | HostileKind::OptionLike
        | HostileKind::CaseTwin
        | HostileKind::Decomposed => false,
    }
}

/// What only a look at the whole tree shows: the rule sees the entries that changed, and the
/// other twin may be one that did not.
fn is_twin_in_store(target: &Target, entry: &HostileEntry) -> bool {
    let is_own = matches!(target.key_of(&entry.path), Ok(None));
    matches!(entry.kind, HostileKind::CaseTwin | HostileKind::Decomposed) && !is_own
}

fn hostile(target: &Target, incoming: &Incoming) -> Report {
    let finding = |entry: &HostileEntry| Finding {
        rule: "tree-entry",
        severity: Severity::Error,
        path: entry.path.clone(),
        field: String::new(),
        span: None,
        message: format!("{} cannot be in a state store", entry.kind),
        help: Some(format!("take it out of commit {}", incoming.id.short())),
        fix: None,
    };
    let is_refused = |entry: &&HostileEntry| is_trap(entry.kind) || is_twin_in_store(target, entry);
    let traps = incoming.hostile.iter().filter(is_refused);
    Report { findings: traps.map(finding).collect(), ..Report::default() }
}
