//! What can go wrong with an operation, by what people can do about it.

use crate::check::WordError;
use crate::engine::guard::Stopped;
use crate::git::GitError;
use crate::model::{Finding, Key, Level, ObjectId, PathError, Severity};
use crate::store::StoreError;

/// What can go wrong with an operation.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The repository.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A word that should allow a finding is none.
    #[error(transparent)]
    Word(#[from] WordError),
    /// A path of the tree names no key.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The branch does not contain what the store was last seen to hold.
    #[error("the store has changes that {branch} does not contain")]
    NotFastForward {
        /// The branch or commit that was to be pushed.
        branch: String,
        /// The tracking commit.
        tracking: ObjectId,
        /// Keys that differ, for people; may be empty.
        keys: Vec<Key>,
    },
    /// Another session may still be writing.
    #[error("another push is under way ({done} of {total} objects); it is over at {until}")]
    Busy {
        /// Objects that are written.
        done: usize,
        /// Objects that the other push writes.
        total: usize,
        /// When its time is over.
        until: String,
    },
    /// Deletions that need a word.
    #[error("{}", guarded(stopped, *in_store))]
    Guarded {
        /// What was stopped.
        stopped: Stopped,
        /// Whether it was the store that lost the keys (fetch), not the commit (push).
        in_store: bool,
    },
    /// The listing is empty although the store held something.
    #[error("the store lists no object at all, but {recorded} are recorded")]
    EmptyListing {
        /// How many keys the tracking commit has.
        recorded: usize,
    },
    /// Checks found errors in what was to be pushed.
    #[error("{} found in what would be pushed", count(findings))]
    Findings {
        /// Everything that was found.
        findings: Vec<Finding>,
        /// Whether a word that allows some of it must be in a signed commit.
        words_signed: bool,
    },
    /// The tracking ref belongs to another store.
    #[error("{tracking} remembers another store: {recorded}, not {found}")]
    OtherStore {
        /// The ref.
        tracking: String,
        /// The store that it belongs to.
        recorded: String,
        /// The store that was asked.
        found: String,
    },
    /// The store cannot give what a push needs.
    #[error("the store is of level {level}: {reason}")]
    LevelTooLow {
        /// What it can guarantee.
        level: Level,
        /// What that means.
        reason: String,
    },
    /// The clocks differ so much that a deadline means nothing.
    #[error("the store's clock is {seconds} s ahead of this computer's")]
    ClockSkew {
        /// How far ahead; negative: behind.
        seconds: i64,
    },
    /// There is nothing to push.
    #[error("there is no commit to push: {0} does not exist")]
    NoBranch(String),
    /// The store was never fetched.
    #[error("nothing is known of the store yet")]
    NeverFetched,
    /// Somebody keeps moving the same refs.
    #[error("the refs of the store are being moved by somebody else all the time")]
    Contended,
    /// A merge is not possible without a decision.
    #[error("{} changed on both sides", keys(.0))]
    Conflicts(Vec<Key>),
    /// The state of the repository does not allow it.
    #[error("{0}")]
    State(String),
}

fn count(findings: &[Finding]) -> String {
    match findings.iter().filter(|finding| finding.severity == Severity::Error).count() {
        1 => "1 error was".to_owned(),
        many => format!("{many} errors were"),
    }
}

fn guarded(stopped: &Stopped, in_store: bool) -> String {
    let text = stopped.to_string();
    if in_store { text.replacen("this would delete", "the store has lost", 1) } else { text }
}

fn keys(keys: &[Key]) -> String {
    match keys {
        [only] => format!("'{only}'"),
        [first, rest @ ..] => format!("'{first}' and {} more keys", rest.len()),
        [] => "something".to_owned(),
    }
}
