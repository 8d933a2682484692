//! The rules, one a file.
//!
//! | folder | about |
//! |---|---|
//! | `file` | files as such: syntax, places, secrets |
//! | `schema` | one object: names and types of fields |
//! | `network` | one cluster: networking and access |
//! | `cluster` | one cluster: everything else |
//! | `group` | one instance group |
//! | `between` | objects that must fit together |
//! | `change` | old state against new state |
//! | `policy` | what people demand themselves |

use super::engine::MOST_PROBLEMS;
use super::file::File;
use super::object::{Changed, Object, Scope};
use super::problem::Problem;
use super::subject::TreeEntry;
use crate::model::{Severity, TreePath};
use crate::yaml::Yaml;

mod between;
mod change;
mod cluster;
mod file;
mod group;
mod network;
pub(super) mod policy;
mod schema;
#[cfg(test)]
mod testing;

/// Every rule, by group.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let groups = [
        file::RULES,
        schema::RULES,
        network::RULES,
        cluster::RULES,
        group::RULES,
        between::RULES,
        change::RULES,
        policy::RULES,
    ];
    groups.into_iter().flatten().copied()
}

/// A rule: who it is, and what it does.
#[derive(Debug)]
pub struct Rule {
    /// The name, in small letters and dashes.
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why that is bad and what to do, for `--explain`.
    pub explanation: &'static str,
    /// How bad it usually is.
    pub severity: Severity,
    /// Whether what it finds may be allowed at all: by a word, or by a comment with a reason.
    pub suppressible: bool,
    /// What it looks at.
    pub(super) check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Check {
    /// A changed file of any kind.
    File(fn(&File<'_>) -> Vec<Problem>),
    /// A changed file that kops reads as YAML.
    Yaml(fn(&File<'_>, &Yaml) -> Vec<Problem>),
    /// All entries of a tree together.
    Tree(fn(&[TreeEntry]) -> Vec<(TreePath, Problem)>),
    /// An object of any kind of kops that is checked.
    AnyKind(fn(&Object<'_>) -> Vec<Problem>),
    /// A Cluster or an InstanceGroup that is checked, with what surrounds it.
    Object(fn(&Object<'_>, &Scope<'_>) -> Vec<Problem>),
    /// A Cluster that is checked.
    Cluster(fn(&Object<'_>) -> Vec<Problem>),
    /// An InstanceGroup that is checked, with what surrounds it.
    Group(fn(&Object<'_>, &Scope<'_>) -> Vec<Problem>),
    /// A cluster with its groups, when one of them is checked; each problem with the object
    /// that it is about.
    Scope(for<'a> fn(&Scope<'a>) -> Vec<(&'a Object<'a>, Problem)>),
    /// An object before and after a change.
    Change(fn(&Changed<'_>) -> Vec<Problem>),
    /// Nothing by itself: the engine says it.
    Engine,
}

impl Rule {
    /// Whether a word may allow what it finds.
    pub fn takes_word(&self) -> bool {
        self.suppressible
    }

    /// Whether a comment with a reason may allow what it finds. A comment stays in the file, so
    /// it allows no changes: the next one would be allowed as well.
    pub fn takes_comment(&self) -> bool {
        self.suppressible && !self.is_change()
    }

    /// Whether it looks at changes of what is there.
    pub fn is_change(&self) -> bool {
        matches!(self.check, Check::Change(_))
    }

    /// Where the rule is described, as a path in the repository of git-store.
    pub fn documentation(&self) -> String {
        format!("docs/rules/{}.md", self.id)
    }
}

/// As many problems as are shown, and one more. Making one of each item of a hostile list, each
/// with a long text, would take forever.
fn limited(problems: impl Iterator<Item = Problem>) -> Vec<Problem> {
    problems.take(MOST_PROBLEMS + 1).collect()
}

/// The rule of that name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// What `--explain` prints.
///
/// ```
/// let text = git_store::check::explain("yaml-1.1").expect("a rule");
/// assert!(text.starts_with("yaml-1.1 (error): "));
/// assert_eq!(git_store::check::explain("no-such-rule"), None);
/// ```
pub fn explain(id: &str) -> Option<String> {
    let rule = rule(id)?;
    let severity = super::output::severity_name(rule.severity);
    let allowed = if rule.takes_comment() {
        format!("Allow it with '# git-store: allow {id} reason' on the line or above it.")
    } else if rule.takes_word() {
        format!("Allow one with '--allow {id}:PATH', or 'Allow: {id}:PATH reason' in the commit.")
    } else {
        "It cannot be allowed by a comment.".to_owned()
    };
    Some(format!("{id} ({severity}): {}\n\n{}\n\n{allowed}\n", rule.summary, rule.explanation))
}
