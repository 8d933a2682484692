//! The words that allow findings: from settings, and from the messages of commits.
//!
//! Where the policy that counts wants words signed, only those of commits count whose signature
//! git accepts: whoever gives an argument or an option of a push signs nothing.

use super::OpsError;
use crate::check::{Policy, Word};
use crate::git::{GitError, Repository};
use crate::model::ObjectId;
use std::collections::BTreeSet;

/// More commits than this are not looked at.
const FARTHEST: usize = 1000;

/// The words of settings and push options.
///
/// # Errors
/// [`OpsError::Word`] for the first that is none.
pub fn parse(texts: &[String]) -> Result<Vec<Word>, OpsError> {
    texts.iter().map(|text| Ok(text.parse()?)).collect()
}

/// The rules about what is removed.
const REMOVALS: &[&str] = &["remove-cluster", "remove-instance-group"];

/// The words that patterns of deletions are.
pub fn of_deletions(patterns: &[String]) -> Vec<Word> {
    let words = patterns
        .iter()
        .flat_map(|pattern| REMOVALS.iter().map(move |rule| format!("{rule}:{pattern}").parse()));
    // A pattern with a blank is no word, and then is needed as well.
    words.filter_map(Result::ok).collect()
}

/// The words that are given as arguments and options, as far as they count.
pub fn given(words: Vec<Word>, policy: Option<&Policy>) -> Vec<Word> {
    if want_signature(policy) { Vec::new() } else { words }
}

/// Whether words count only in signed commits.
pub fn want_signature(policy: Option<&Policy>) -> bool {
    policy.is_some_and(Policy::wants_signed_words)
}

/// The words that the message of a commit says, as far as they count.
///
/// # Errors
/// [`OpsError::Word`] for a trailer that is none: its author thinks that it is one.
pub async fn of_commit(
    repository: &dyn Repository,
    id: ObjectId,
    policy: Option<&Policy>,
) -> Result<Vec<Word>, OpsError> {
    let said = Word::of_message(&repository.commit(id).await?.message);
    if said.is_empty() || (want_signature(policy) && !repository.is_signed(id).await?) {
        return Ok(Vec::new());
    }
    said.into_iter().map(|word| Ok(word?)).collect()
}

/// The words that the commits say which lead from `base` to `tip`, as far as they count.
///
/// # Errors
/// As for [`of_commit`].
pub async fn of_history(
    repository: &dyn Repository,
    base: Option<ObjectId>,
    tip: ObjectId,
    policy: Option<&Policy>,
) -> Result<Vec<Word>, OpsError> {
    // What is not here hides nothing: git tells hooks of commits that only the other side has.
    let base = match base {
        Some(base) if repository.contains(base).await? => Some(base),
        _ => None,
    };
    let mut words = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![tip];
    while let Some(id) = next.pop().filter(|_| seen.len() < FARTHEST) {
        if is_known(repository, id, base).await? || !seen.insert(id) {
            continue;
        }
        words.extend(of_commit(repository, id, policy).await?);
        next.extend(repository.commit(id).await?.parents);
    }
    Ok(words)
}

async fn is_known(
    repository: &dyn Repository,
    id: ObjectId,
    base: Option<ObjectId>,
) -> Result<bool, GitError> {
    match base {
        Some(base) => repository.is_ancestor(id, base).await,
        None => Ok(false),
    }
}
