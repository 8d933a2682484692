//! Who had seen what: the values of all keys as nodes of a graph.
//!
//! Every write by a person or a blind writer makes a node whose parents are what its author had
//! in view. A deletion is a node too, one without a blob. Contents name the node that they were
//! written for, so content tells where it comes from; only a revert has an older node's content.

use git_store::model::{Key, ObjectId};
use std::collections::HashMap;

/// A write, by number.
pub type Node = usize;

/// What a key holds: a blob, or nothing.
pub type Value = Option<ObjectId>;

/// What somebody writes.
#[derive(Clone, Copy)]
pub struct Authored {
    /// What comes.
    pub value: Value,
    /// What goes, as far as the author knows.
    pub replaced: Value,
    /// The repository, if it is a commit.
    pub home: Option<usize>,
}

struct Entry {
    key: Key,
    value: Value,
    /// What the author replaced by it.
    replaced: Value,
    /// Bit `n` is set: this is node `n`, or one of its authors had seen it.
    ancestors: Vec<u64>,
    /// The repository in which a person committed it.
    home: Option<usize>,
    published: bool,
    stored: bool,
}

/// The graph.
#[derive(Default)]
pub struct Causes {
    entries: Vec<Entry>,
    by_value: HashMap<(Key, Value), Vec<Node>>,
}

impl Causes {
    /// A content that was never written before.
    pub fn fresh_content(&self) -> Vec<u8> {
        format!("node: {}\n", self.entries.len()).into_bytes()
    }

    /// Adds a write by somebody who had seen `parents`.
    pub fn add(&mut self, key: &Key, write: Authored, parents: &[Node]) -> Node {
        let Authored { value, replaced, home } = write;
        let node = self.entries.len();
        let mut ancestors = vec![0; node / 64 + 1];
        ancestors[node / 64] |= 1 << (node % 64);
        for parent in parents {
            for (word, bits) in ancestors.iter_mut().zip(&self.entries[*parent].ancestors) {
                *word |= bits;
            }
        }
        let (published, stored) = (false, false);
        let entry = Entry { key: key.clone(), value, replaced, ancestors, home, published, stored };
        self.entries.push(entry);
        self.by_value.entry((key.clone(), value)).or_default().push(node);
        node
    }

    /// The key that a node is about.
    pub fn key(&self, node: Node) -> &Key {
        &self.entries[node].key
    }

    /// Every node about a key.
    pub fn of_key(&self, key: &Key) -> impl Iterator<Item = Node> {
        (0..self.entries.len()).filter(move |node| self.entries[*node].key == *key)
    }

    /// What a node wrote.
    pub fn value(&self, node: Node) -> Value {
        self.entries[node].value
    }

    /// What a node's author replaced.
    pub fn replaced(&self, node: Node) -> Value {
        self.entries[node].replaced
    }

    /// The repository that a node is a commit in.
    pub fn home(&self, node: Node) -> Option<usize> {
        self.entries[node].home
    }

    /// Marks a node as committed where others can see it.
    pub fn publish(&mut self, node: Node) {
        self.entries[node].published = true;
    }

    /// Marks a node as having been in the store.
    pub fn store(&mut self, node: Node) {
        self.entries[node].stored = true;
    }

    /// Whether `node` is `older`, or whoever wrote `node` had seen it.
    pub fn saw_node(&self, node: Node, older: Node) -> bool {
        let bits = self.entries[node].ancestors.get(older / 64).copied().unwrap_or(0);
        bits & (1 << (older % 64)) != 0
    }

    /// Whether whoever wrote `node` had seen `key` with this value.
    pub fn saw(&self, node: Node, key: &Key, value: Value) -> bool {
        self.with_value(key, value).iter().any(|older| self.saw_node(node, *older))
    }

    /// Every node that wrote this value.
    pub fn with_value(&self, key: &Key, value: Value) -> &[Node] {
        self.by_value.get(&(key.clone(), value)).map_or(&[], Vec::as_slice)
    }

    /// Nodes with this value that somebody working in a repository can know, newest first.
    pub fn known_in(&self, home: usize, key: &Key, value: Value) -> impl Iterator<Item = Node> {
        self.with_value(key, value).iter().rev().copied().filter(move |node| {
            let entry = &self.entries[*node];
            entry.stored || (entry.published && entry.home == Some(home))
        })
    }

    /// Whether a node ever was where somebody else could see it.
    pub fn was_effective(&self, node: Node) -> bool {
        self.entries[node].stored || self.entries[node].published
    }

    /// Every node that was committed in some repository.
    pub fn published(&self) -> impl Iterator<Item = Node> {
        (0..self.entries.len()).filter(|node| self.entries[*node].published)
    }
}

/// Adds a node to what is known of a key; what it had seen itself need not stand beside it.
pub fn learn(causes: &Causes, heads: &mut Vec<Node>, node: Node) {
    if heads.iter().any(|head| causes.saw_node(*head, node)) {
        return;
    }
    heads.retain(|head| !causes.saw_node(node, *head));
    heads.push(node);
}

#[test]
fn ancestors_are_transitive_and_reverts_are_seen_by_value() {
    let (key, mut causes) = (Key::from("a"), Causes::default());
    let blob = |text: &str| Some(ObjectId::of_blob(text.as_bytes()));
    let mut add = |text, parents: &[Node], home| {
        causes.add(&key, Authored { value: blob(text), replaced: None, home }, parents)
    };
    let first = add("1", &[], None);
    let second = add("2", &[first], None);
    let stranger = add("3", &[], None);
    let revert = add("1", &[second], Some(0));
    assert!(causes.saw_node(revert, first) && !causes.saw_node(revert, stranger));
    assert!(causes.saw(revert, &key, blob("2")) && !causes.saw(second, &key, blob("3")));
    assert_eq!(causes.known_in(0, &key, blob("1")).count(), 0);
    causes.publish(revert);
    assert_eq!(causes.known_in(0, &key, blob("1")).collect::<Vec<_>>(), [revert]);
}
