//! Changes, plans and their outcomes.

use super::key::Key;
use super::layout::Class;
use super::object::{Level, Precondition};
use super::oid::ObjectId;
use super::path::TreePath;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What happens to a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// The key comes into being.
    Create,
    /// The key's content changes.
    Update,
    /// The key goes away.
    Delete,
}

impl Verb {
    /// The sign in a plan: `+`, `~`, `-`.
    pub fn sign(self) -> char {
        match self {
            Self::Create => '+',
            Self::Update => '~',
            Self::Delete => '-',
        }
    }

    /// The verb for a change from `old` to `new`; `None` when both are the same.
    pub fn between<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> Option<Self> {
        match (old, new) {
            (None, Some(_)) => Some(Self::Create),
            (Some(_), None) => Some(Self::Delete),
            (Some(old), Some(new)) if old != new => Some(Self::Update),
            _ => None,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}

/// What is different about a key between two states.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// The key.
    pub key: Key,
    /// What happened.
    pub verb: Verb,
    /// The key's class.
    pub class: Class,
    /// Before.
    pub old: Option<ObjectId>,
    /// After.
    pub new: Option<ObjectId>,
}

/// One conditional write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The key.
    pub key: Key,
    /// Where the key lies in the pushed tree; for a deletion, where it lay.
    pub path: TreePath,
    /// What to do.
    pub verb: Verb,
    /// The key's class.
    pub class: Class,
    /// What must hold in the store.
    pub precondition: Precondition,
    /// Whether the object's content stays in the store, so that not even its version may be
    /// shown: an e-tag can be the MD5 of a secret.
    pub is_withheld: bool,
    /// The content that goes.
    pub old: Option<ObjectId>,
    /// The content that comes.
    pub new: Option<ObjectId>,
}

impl Step {
    /// What a plan's digest binds: everything, but the version of a secret only through the
    /// pointer that stands for it.
    fn bound(&self) -> serde_json::Value {
        let precondition = (!self.is_withheld).then_some(&self.precondition);
        serde_json::json!([self.key, self.path, self.verb, precondition, self.old, self.new])
    }
}

/// The ordered writes that bring a store from one commit to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The tracking commit that the plan starts from.
    pub base: Option<ObjectId>,
    /// The commit that the store shall equal.
    pub commit: ObjectId,
    /// The store's identity.
    pub store: String,
    /// What the store can guarantee; `None` while it was not probed.
    pub level: Option<Level>,
    /// The writes, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Binds base, commit, store, and every step with its precondition: SHA-256, hexadecimal.
    pub fn digest(&self) -> String {
        use sha2::Digest as _;
        let steps: Vec<_> = self.steps.iter().map(Step::bound).collect();
        let bound =
            serde_json::json!(["git-store plan 1", self.base, self.commit, self.store, steps]);
        hex::encode(sha2::Sha256::digest(bound.to_string()))
    }

    /// How many steps have a verb.
    pub fn count(&self, verb: Verb) -> usize {
        self.steps.iter().filter(|step| step.verb == verb).count()
    }
}

/// What became of one step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    /// The store holds what the step wanted.
    Applied,
    /// Somebody else changed the object first; nothing was written.
    Refused,
    /// The store did not take the write, and nothing was written.
    Failed {
        /// Why.
        reason: String,
    },
    /// No answer came; the next run finds out.
    Unknown {
        /// Why.
        reason: String,
    },
    /// Not tried, because the push was stopped before.
    Skipped,
}

/// A step with what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepOutcome {
    /// The key.
    pub key: Key,
    /// What was to be done.
    pub verb: Verb,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}
