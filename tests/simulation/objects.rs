//! The model of a repository: objects by name of their content, refs, and what a power cut leaves.

use super::causality::Node;
use super::world::target;
use git_store::git::{Commit, GitError, NewCommit, TreeChange, TreeEdit, TreeEntry};
use git_store::model::{Key, ObjectId, Target, Timestamp, TreePath};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// The files of a tree; directories exist only in paths.
#[derive(Default)]
pub struct Tree {
    /// Files by path.
    pub files: BTreeMap<TreePath, TreeEntry>,
    /// The sum of the digests of all files, from which the tree's name is made.
    sum: u128,
    values: OnceLock<BTreeMap<Key, ObjectId>>,
}

impl Tree {
    /// The name: the same for the same files, however the tree came about.
    pub fn id(&self) -> ObjectId {
        let mut name = [0; 20];
        name[..4].copy_from_slice(b"tree");
        name[4..].copy_from_slice(&self.sum.to_be_bytes());
        ObjectId::new(name)
    }

    /// The tree with edits made.
    pub fn edited(&self, edits: &[TreeEdit]) -> Result<Self, GitError> {
        let mut tree = Self { files: self.files.clone(), sum: self.sum, values: OnceLock::new() };
        for (path, _) in edits {
            if let Some(old) = tree.files.remove(path) {
                tree.sum = tree.sum.wrapping_sub(digest(path, old));
            }
        }
        for (path, id) in edits.iter().filter_map(|(path, id)| Some((path, (*id)?))) {
            tree.check_room(path)?;
            let new = TreeEntry { mode: TreeEntry::REGULAR, id };
            tree.sum = tree.sum.wrapping_add(digest(path, new));
            tree.files.insert(path.clone(), new);
        }
        Ok(tree)
    }

    /// A file cannot stand where a directory is, nor below another file.
    fn check_room(&self, path: &TreePath) -> Result<(), GitError> {
        let bytes = path.as_bytes();
        let parents = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let below_file = parents
            .map(|(end, _)| TreePath::new(&bytes[..end]))
            .any(|parent| self.files.contains_key(&parent));
        let directory = TreePath::new([bytes, b"/"].concat());
        let next = self.files.range(&directory..).next();
        let is_directory =
            next.is_some_and(|(file, _)| file.as_bytes().starts_with(directory.as_bytes()));
        if below_file || is_directory { Err(GitError::Path(path.clone())) } else { Ok(()) }
    }

    /// The store's keys and what they hold.
    pub fn values(&self, target: &Target) -> &BTreeMap<Key, ObjectId> {
        self.values.get_or_init(|| {
            let key = |path| target.key_of(path).ok().flatten();
            self.files.iter().filter_map(|(path, entry)| Some((key(path)?, entry.id))).collect()
        })
    }
}

fn digest(path: &TreePath, entry: TreeEntry) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, path, entry.mode, entry.id).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// A commit with its distance from the furthest root.
pub struct Stored {
    /// The commit.
    pub commit: Commit,
    generation: u32,
}

/// Objects by name.
#[derive(Default)]
pub struct Objects {
    /// Contents.
    pub blobs: HashMap<ObjectId, Arc<[u8]>>,
    /// Trees.
    pub trees: HashMap<ObjectId, Arc<Tree>>,
    /// Commits.
    pub commits: HashMap<ObjectId, Arc<Stored>>,
}

impl Objects {
    /// Adds a blob.
    pub fn add_blob(&mut self, content: &[u8]) -> ObjectId {
        let id = ObjectId::of_blob(content);
        self.blobs.entry(id).or_insert_with(|| content.into());
        id
    }

    /// Adds a tree.
    pub fn add_tree(&mut self, tree: Tree) -> ObjectId {
        let id = tree.id();
        self.trees.entry(id).or_insert_with(|| Arc::new(tree));
        id
    }

    /// The name of a commit.
    pub fn commit_id(commit: &NewCommit) -> ObjectId {
        let mut text = commit.tree.as_bytes().to_vec();
        for parent in &commit.parents {
            text.extend(parent.as_bytes());
        }
        text.extend(commit.time.timestamp_millis().to_be_bytes());
        text.extend(commit.message.as_bytes());
        ObjectId::of("commit", &text)
    }

    /// Adds a commit of a generation.
    fn add_commit(&mut self, commit: &NewCommit, generation: u32) -> ObjectId {
        let id = Self::commit_id(commit);
        let NewCommit { tree, parents, time, message } = commit.clone();
        let commit = Commit { tree, parents, time, message };
        self.commits.insert(id, Arc::new(Stored { commit, generation }));
        id
    }
}

/// A ref with the number of the effect that moved it here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefState {
    /// What it points to.
    pub id: ObjectId,
    /// Since when.
    pub since: u64,
}

/// A repository.
#[derive(Default)]
pub struct RepositoryState {
    /// What is in it.
    pub objects: Objects,
    /// Its refs now.
    pub refs: BTreeMap<String, RefState>,
    /// Its refs as of the last barrier.
    durable: BTreeMap<String, RefState>,
    walked: HashSet<ObjectId>,
    recorded: HashSet<ObjectId>,
    /// For each ref that mirrors the store, what its history knows.
    pub heads: HashMap<String, Heads>,
    /// The same for every commit that a ref ever pointed to.
    heads_at: HashMap<ObjectId, Heads>,
    /// What moving each ref since the last barrier would have to be undone to.
    unsynced: Vec<(String, Option<RefState>, Heads)>,
}

/// The newest writes that somebody knows, by key.
pub type Heads = BTreeMap<Key, Vec<Node>>;

impl RepositoryState {
    /// Where a ref points.
    pub fn tip(&self, name: &str) -> Option<ObjectId> {
        self.refs.get(name).map(|state| state.id)
    }

    /// A commit that must be there.
    pub fn commit(&self, id: ObjectId) -> Result<&Commit, GitError> {
        self.stored(id).map(|stored| &stored.commit)
    }

    fn stored(&self, id: ObjectId) -> Result<&Stored, GitError> {
        self.objects.commits.get(&id).map(Arc::as_ref).ok_or_else(|| missing(id))
    }

    /// A tree that must be there.
    pub fn tree(&self, id: ObjectId) -> Result<&Arc<Tree>, GitError> {
        self.objects.trees.get(&id).ok_or_else(|| missing(id))
    }

    /// The files of a commit, by key.
    pub fn values(&self, commit: Option<ObjectId>, target: &Target) -> BTreeMap<Key, ObjectId> {
        let tree = commit.and_then(|id| self.tree(self.commit(id).ok()?.tree).ok());
        tree.map(|tree| tree.values(target).clone()).unwrap_or_default()
    }

    /// Whether a ref is a journal that says that a push is not over.
    pub fn is_journal_open(&self, name: &str) -> bool {
        let commit = self.tip(name).filter(|_| *name == target().journal_ref());
        let tree = commit.and_then(|id| self.tree(self.commit(id).ok()?.tree).ok());
        tree.is_some_and(|tree| !tree.files.is_empty())
    }

    /// Adds a commit with files by key, as somebody does who works with git alone.
    pub fn add_commit_of(
        &mut self,
        values: &BTreeMap<Key, ObjectId>,
        parents: Vec<ObjectId>,
        time: Timestamp,
        target: &Target,
    ) -> ObjectId {
        let path = |key: &Key| target.path_of(key, values.keys().any(|other| other.is_below(key)));
        let edits: Vec<TreeEdit> = values.iter().map(|(key, id)| (path(key), Some(*id))).collect();
        let tree = Tree::default().edited(&edits).expect("encoded keys fit beside each other");
        let tree = self.objects.add_tree(tree);
        self.add_commit(&NewCommit { tree, parents, time, message: "by hand\n".into() })
            .expect("the parents are there")
    }

    /// Adds a commit.
    pub fn add_commit(&mut self, commit: &NewCommit) -> Result<ObjectId, GitError> {
        let mut generation = 0;
        for parent in &commit.parents {
            generation = generation.max(self.stored(*parent)?.generation + 1);
        }
        Ok(self.objects.add_commit(commit, generation))
    }

    /// Whether `ancestor` is `descendant` or one of its ancestors.
    pub fn is_ancestor(&self, ancestor: ObjectId, descendant: ObjectId) -> Result<bool, GitError> {
        let lowest = self.stored(ancestor)?.generation;
        let mut queue = vec![descendant];
        let mut seen = HashSet::new();
        while let Some(id) = queue.pop() {
            if id == ancestor {
                return Ok(true);
            }
            let stored = self.stored(id)?;
            if stored.generation > lowest && seen.insert(id) {
                queue.extend(&stored.commit.parents);
            }
        }
        Ok(false)
    }

    /// The common ancestor that is furthest from the roots.
    pub fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, GitError> {
        let (ones, others) = (self.ancestors(one)?, self.ancestors(other)?);
        let common = ones.intersection(&others);
        Ok(common.max_by_key(|id| (self.objects.commits[*id].generation, **id)).copied())
    }

    fn ancestors(&self, tip: ObjectId) -> Result<HashSet<ObjectId>, GitError> {
        let (mut queue, mut seen) = (vec![tip], HashSet::new());
        while let Some(id) = queue.pop() {
            if seen.insert(id) {
                queue.extend(&self.stored(id)?.commit.parents);
            }
        }
        Ok(seen)
    }

    /// Makes refs as they are now survive a power cut.
    pub fn barrier(&mut self) {
        let lost = self.durable.keys().any(|name| !self.refs.contains_key(name));
        if lost {
            self.walked.clear();
            self.recorded.clear();
        }
        self.durable.clone_from(&self.refs);
        self.unsynced.clear();
        let tips: Vec<ObjectId> = self.durable.values().map(|state| state.id).collect();
        tips.into_iter().for_each(|tip| self.record(tip));
    }

    fn record(&mut self, tip: ObjectId) {
        let mut queue = vec![tip];
        while let Some(id) = queue.pop() {
            if !self.walked.insert(id) {
                continue;
            }
            let Some(stored) = self.objects.commits.get(&id) else { continue };
            queue.extend(&stored.commit.parents);
            if let Some(tree) = self.objects.trees.get(&stored.commit.tree) {
                self.recorded.extend(tree.files.values().map(|entry| entry.id));
            }
        }
    }

    /// Whether a content is in the history of a ref that survives a power cut.
    pub fn is_recorded(&self, blob: ObjectId) -> bool {
        self.recorded.contains(&blob)
    }

    /// What is known in the history of a ref.
    pub fn heads(&self, name: &str) -> Heads {
        self.heads.get(name).cloned().unwrap_or_default()
    }

    /// What is known at the newest commits in the history of one that refs have pointed to.
    pub fn heads_below(&self, tip: ObjectId) -> Vec<Heads> {
        let (mut queue, mut seen, mut found) = (vec![tip], HashSet::new(), Vec::new());
        while let Some(id) = queue.pop() {
            match self.heads_at.get(&id) {
                Some(heads) => found.push(heads.clone()),
                None if !seen.insert(id) => (),
                None => queue.extend(
                    self.commit(id).map(|commit| commit.parents.clone()).unwrap_or_default(),
                ),
            }
        }
        found
    }

    /// Moves a ref, or deletes it, together with what is known in its history.
    pub fn set_ref(&mut self, name: &str, state: Option<RefState>, heads: Heads) {
        if let Some(state) = state {
            self.heads_at.insert(state.id, heads.clone());
        }
        let old_heads = self.heads.insert(name.to_owned(), heads).unwrap_or_default();
        let old = match state {
            Some(state) => self.refs.insert(name.to_owned(), state),
            None => self.refs.remove(name),
        };
        self.unsynced.push((name.to_owned(), old, old_heads));
    }

    /// How many moves of refs a power cut could undo.
    pub fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// Undoes the last moves of refs.
    pub fn lose_moves(&mut self, count: usize) {
        let kept = self.unsynced.len() - count;
        for (name, old, heads) in self.unsynced.drain(kept..).rev().collect::<Vec<_>>() {
            match old {
                Some(state) => self.refs.insert(name.clone(), state),
                None => self.refs.remove(&name),
            };
            self.heads.insert(name, heads);
        }
    }
}

/// An object is not there.
pub fn missing(id: ObjectId) -> GitError {
    GitError::Damaged(format!("object {id} is missing"))
}

/// Files that differ between two trees.
pub fn diff(old: &Tree, new: &Tree) -> Vec<TreeChange> {
    let mut paths: Vec<&TreePath> = old.files.keys().chain(new.files.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    let change = |path: &TreePath| TreeChange {
        path: path.clone(),
        old: old.files.get(path).copied(),
        new: new.files.get(path).copied(),
    };
    paths.into_iter().map(change).filter(|change| change.old != change.new).collect()
}

#[test]
fn a_tree_is_named_by_its_files() {
    let blob = ObjectId::of_blob(b"x");
    let edit = |path: &str, id| (TreePath::from(path), id);
    let two = [edit("a", Some(blob)), edit("b/c", Some(blob))];
    let one = Tree::default().edited(&two[..1]).expect("fits");
    let both = Tree::default().edited(&two).expect("fits");
    assert_eq!(one.edited(&two[1..]).expect("fits").id(), both.id());
    assert_eq!(both.edited(&[edit("b/c", None)]).expect("fits").id(), one.id());
    assert_ne!(one.id(), both.id());
    assert_eq!(diff(&one, &both).len(), 1);
    for clash in ["a/x", "b"] {
        assert!(both.edited(&[edit(clash, Some(blob))]).is_err(), "{clash}");
    }
}
