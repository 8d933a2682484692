//! Policies: what people demand of their own clusters, as CEL expressions in a file.
//!
//! | part | does |
//! |---|---|
//! | `file` | the policy file as statements, or what is wrong with it |
//! | `expression` | one expression: parsed, limited, and asked |
//! | `metered` | puts a price on whatever an expression does |
//! | `meter` | counts the price, and stops what costs too much |
//! | `value` | an object as CEL sees it |
//! | `judge` | asks every expression about every changed object |
//!
//! CEL itself knows no limits: loops nest, and text doubles with each of them. So an expression is
//! small ([`LONGEST_EXPRESSION`] and the limits in `metered`), and every loop, operand and list item
//! is paid for before it is used, in steps that stand for values and bytes ([`MOST_STEPS`]). What
//! an expression costs depends on nothing but the files, so that a clone and a server agree.

use super::problem::Problem;
use crate::model::TreePath;

#[cfg(feature = "policy")]
mod expression;
#[cfg(feature = "policy")]
mod file;
#[cfg(feature = "policy")]
mod judge;
#[cfg(feature = "policy")]
mod meter;
#[cfg(feature = "policy")]
mod metered;
#[cfg(feature = "policy")]
mod value;

#[cfg(not(feature = "policy"))]
mod without;

#[cfg(all(test, feature = "policy"))]
mod tests;

#[cfg(feature = "policy")]
pub(super) use judge::judge;
#[cfg(not(feature = "policy"))]
pub(super) use without::judge;

#[cfg(feature = "policy")]
use file::{Statement, read};
#[cfg(not(feature = "policy"))]
use without::{Statement, read};

/// Where the policy file of a repository lies, from the top of the tree.
pub const POLICY_FILE: &str = ".git-store/policy.yaml";
/// The largest policy file, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// The most policies of a file.
pub const MOST_POLICIES: usize = 200;
/// The longest expression, in bytes.
pub const LONGEST_EXPRESSION: usize = 4096;
/// The most steps of one expression for one object. A step is a value that is looked at, or eight
/// bytes of text.
pub const MOST_STEPS: u64 = 2_000_000;
/// The most steps of all expressions for all objects of one check.
pub const MOST_STEPS_IN_ALL: u64 = 50_000_000;
/// The largest object that policies look at, in steps.
pub const LARGEST_OBJECT: u64 = 200_000;

/// A policy file, as far as it can be used.
#[derive(Debug)]
pub struct Policy {
    path: TreePath,
    file: PolicyFile,
}

/// What stands in a policy file, and what is wrong with it.
#[derive(Debug)]
struct PolicyFile {
    statements: Vec<Statement>,
    wants_signed_words: bool,
    problems: Vec<Problem>,
}

impl PolicyFile {
    /// A file of which nothing can be used. What it demands is not known, so the strictest holds.
    fn broken(problem: Problem) -> Self {
        Self { statements: Vec::new(), wants_signed_words: true, problems: vec![problem] }
    }
}

impl Policy {
    /// Reads a policy file. Never fails: what is wrong is part of the result, and found by every
    /// check with the rule `policy-file`.
    pub fn read(path: TreePath, content: &[u8]) -> Self {
        Self { path, file: read(content) }
    }

    /// A policy file that is there but cannot be read, such as a symbolic link.
    pub fn unreadable(path: TreePath, why: &str) -> Self {
        Self { path, file: PolicyFile::broken(Problem::new(why)) }
    }

    /// Whether words that allow changes count only in commits with a good signature.
    pub fn wants_signed_words(&self) -> bool {
        self.file.wants_signed_words
    }

    /// Where the file is.
    pub fn path(&self) -> &TreePath {
        &self.path
    }

    /// What is wrong with the file.
    pub(super) fn problems(&self) -> &[Problem] {
        &self.file.problems
    }

    /// The same, when nothing else of the file is wanted.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.file.problems
    }
}
