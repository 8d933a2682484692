//! The model of a store: a map with its whole history, one write after another.

use super::causality::{Node, Value};
use super::swarm::VersionKind;
use bytes::Bytes;
use git_store::model::{Attributes, Digest, Key, ObjectId, Precondition, PutId, Version};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// An object in the store.
#[derive(Debug)]
pub struct Held {
    /// Its content.
    pub bytes: Bytes,
    /// The id that git gives the content.
    pub blob: ObjectId,
    /// Its version.
    pub version: Version,
    /// When it was written, in virtual milliseconds.
    pub modified: u64,
    /// What it has beside its content.
    pub attributes: Attributes,
    /// The mark of the write.
    pub put_id: Option<PutId>,
}

/// What a key held from one moment on.
pub struct Moment {
    /// The number of the effect.
    pub sequence: u64,
    /// The object, or nothing.
    pub held: Option<Arc<Held>>,
    /// The repository that it came from; blind writers have none.
    pub repository: Option<usize>,
    /// The node that it is.
    pub node: Node,
}

impl Moment {
    /// What the key held.
    pub fn value(&self) -> Value {
        self.held.as_ref().map(|held| held.blob)
    }
}

/// What a write leaves.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "few are alive at a time")]
pub enum Body {
    /// An object.
    Put {
        /// Its content.
        bytes: Bytes,
        /// What it has beside its content.
        attributes: Attributes,
        /// The mark of the write.
        put_id: Option<PutId>,
    },
    /// Nothing.
    Delete,
}

/// Who writes.
#[derive(Clone, Copy, Debug)]
pub enum Author {
    /// git-store, for a repository.
    Agent {
        /// The repository.
        repository: usize,
    },
    /// Somebody without preconditions, who makes this node.
    Blind(Node),
}

/// A request to write.
#[derive(Clone, Debug)]
pub struct Write {
    /// The key.
    pub key: Key,
    /// What comes.
    pub body: Body,
    /// What must hold; blind writers have none.
    pub precondition: Option<Precondition>,
    /// When the store must no longer do it, in virtual milliseconds.
    pub deadline: u64,
    /// Who writes.
    pub author: Author,
}

impl Write {
    /// What the key will hold.
    pub fn value(&self) -> Value {
        match &self.body {
            Body::Put { bytes, .. } => Some(ObjectId::of_blob(bytes)),
            Body::Delete => None,
        }
    }
}

/// What the store says of a write.
#[derive(Debug)]
pub enum Verdict {
    /// Done; the new version.
    Done(Option<Version>),
    /// The precondition does not hold.
    Refused,
    /// The deadline has passed.
    Expired,
}

/// The store.
pub struct Bucket {
    /// What it holds.
    pub current: BTreeMap<Key, Arc<Held>>,
    history: BTreeMap<Key, Vec<Moment>>,
    /// Writes that are still under way although nobody waits for them.
    pub late: Vec<Write>,
    /// Marks of writes that took effect.
    pub effective: HashSet<PutId>,
    kind: VersionKind,
    written: u64,
    /// A mutant: preconditions are not looked at.
    pub ignores_preconditions: bool,
    /// A mutant: deadlines are not looked at.
    pub ignores_deadlines: bool,
}

impl Bucket {
    /// An empty store.
    pub fn new(kind: VersionKind) -> Self {
        Self {
            current: BTreeMap::new(),
            history: BTreeMap::new(),
            late: Vec::new(),
            effective: HashSet::new(),
            kind,
            written: 0,
            ignores_preconditions: false,
            ignores_deadlines: false,
        }
    }

    /// Why a write is not done, if it is not.
    pub fn refusal(&self, write: &Write, now: u64) -> Option<Verdict> {
        if now > write.deadline && !self.ignores_deadlines {
            return Some(Verdict::Expired);
        }
        let held = self.current.get(&write.key);
        let holds = match &write.precondition {
            None => true,
            Some(_) if self.ignores_preconditions => true,
            Some(Precondition::MustNotExist) => held.is_none(),
            Some(Precondition::MustMatch(version)) => {
                held.is_some_and(|held| held.version == *version)
            }
        };
        (!holds).then_some(Verdict::Refused)
    }

    /// Does a write.
    pub fn apply(&mut self, write: &Write, node: Node, sequence: u64, now: u64) -> Option<Version> {
        self.written += 1;
        let held = match &write.body {
            Body::Delete => None,
            Body::Put { bytes, attributes, put_id } => Some(Arc::new(Held {
                bytes: bytes.clone(),
                blob: ObjectId::of_blob(bytes),
                version: self.version_of(bytes),
                modified: now,
                attributes: attributes.clone(),
                put_id: put_id.clone(),
            })),
        };
        match &held {
            None => self.current.remove(&write.key),
            Some(held) => self.current.insert(write.key.clone(), held.clone()),
        };
        let version = held.as_ref().map(|held| held.version.clone());
        let repository = match write.author {
            Author::Agent { repository } => Some(repository),
            Author::Blind(_) => None,
        };
        let history = self.history.entry(write.key.clone()).or_default();
        history.push(Moment { sequence, held, repository, node });
        version
    }

    /// The version of an object that is written now.
    pub fn version_of(&self, bytes: &[u8]) -> Version {
        match (self.kind, Digest::md5(bytes)) {
            (VersionKind::Unique, _) => Version::new(&format!("g{}", self.written)),
            (VersionKind::Sha256, _) => match Digest::sha256(bytes) {
                Digest::Sha256(digest) | Digest::Md5(digest) => {
                    Version::new(&format!("sha256:{digest}"))
                }
            },
            (VersionKind::Md5, Digest::Md5(digest) | Digest::Sha256(digest)) => {
                Version::new(&digest)
            }
        }
    }

    /// Everything that ever happened to a key.
    pub fn history(&self, key: &Key) -> &[Moment] {
        self.history.get(key).map_or(&[], Vec::as_slice)
    }

    /// What a key holds now.
    pub fn value(&self, key: &Key) -> Value {
        self.current.get(key).map(|held| held.blob)
    }

    /// Whether a key held `value` at some moment at or after `since`.
    pub fn held_since(&self, key: &Key, value: Value, since: u64) -> bool {
        let history = self.history(key);
        let end = |index: usize| history.get(index).map_or(u64::MAX, |moment| moment.sequence);
        let at_first = value.is_none() && end(0) > since;
        at_first
            || history
                .iter()
                .enumerate()
                .any(|(index, moment)| moment.value() == value && end(index + 1) > since)
    }

    /// Whether a key held `older` and, later, `newer`. Every key is absent in the beginning.
    pub fn held_in_order(&self, key: &Key, older: Value, newer: Value) -> bool {
        let first = if older.is_none() {
            Some(0)
        } else {
            self.history(key).iter().position(|moment| moment.value() == older)
        };
        first.is_some_and(|first| {
            self.history(key)[first..].iter().any(|moment| moment.value() == newer)
        })
    }
}
