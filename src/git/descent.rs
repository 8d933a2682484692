//! The path of a walk down a tree, and where a walk must end.

use crate::model::TreePath;

/// The longest path; git itself warns beyond it.
const LONGEST_PATH: usize = 4096;
/// The deepest path. No store has keys so deep, and every level takes from the stack.
const DEEPEST_PATH: usize = 1024;

/// Where a walk is. Names are taken as they are, the empty one too.
#[derive(Default)]
pub(super) struct Descent {
    path: Vec<u8>,
    /// The length of the path before each of its names.
    lengths: Vec<usize>,
}

impl Descent {
    pub(super) fn enter(&mut self, name: &[u8]) {
        let length = self.path.len();
        if !self.lengths.is_empty() {
            self.path.push(b'/');
        }
        self.path.extend(name);
        self.lengths.push(length);
    }

    pub(super) fn leave(&mut self) {
        let length = self.lengths.pop().unwrap_or(0);
        self.path.truncate(length);
    }

    pub(super) fn path(&self) -> TreePath {
        TreePath::new(&self.path)
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.path.len() > LONGEST_PATH || self.lengths.len() > DEEPEST_PATH
    }
}

/// Whether a path is longer or deeper than any walk goes.
pub(super) fn is_too_long(path: &TreePath) -> bool {
    path.as_bytes().len() > LONGEST_PATH || path.components().count() > DEEPEST_PATH
}
