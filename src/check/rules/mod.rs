//! The rules, one a file.

use super::file::File;
use super::problem::Problem;
use super::subject::TreeEntry;
use super::suppress;
use crate::model::{Severity, TreePath};
use crate::yaml::Yaml;

mod api_version;
mod conflict_marker;
mod duplicate_key;
mod generated_edited;
mod group_label;
mod key_material;
mod multiple_documents;
mod name_path;
mod path_encoding;
mod pointer_edited;
mod secret_plain;
mod tree_entry;
mod truncated;
mod unknown_file;
mod yaml_1_1;
mod yaml_syntax;

#[cfg(test)]
mod tests;

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &api_version::RULE,
    &conflict_marker::RULE,
    &duplicate_key::RULE,
    &generated_edited::RULE,
    &group_label::RULE,
    &key_material::RULE,
    &multiple_documents::RULE,
    &name_path::RULE,
    &path_encoding::RULE,
    &pointer_edited::RULE,
    &secret_plain::RULE,
    &suppress::RULE,
    &tree_entry::RULE,
    &truncated::RULE,
    &unknown_file::RULE,
    &yaml_1_1::RULE,
    &yaml_syntax::RULE,
];

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
    /// Whether a comment with a reason may allow it.
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
    /// Nothing by itself: the engine says it.
    Engine,
}

impl Rule {
    /// Where the rule is described, as a path in the repository of git-store.
    pub fn documentation(&self) -> String {
        format!("docs/rules/{}.md", self.id)
    }
}

/// The rule of that name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
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
    let allowed = if rule.suppressible {
        format!("Allow it with '# git-store: allow {id} reason' on the line or above it.")
    } else {
        "It cannot be allowed by a comment.".to_owned()
    };
    Some(format!("{id} ({severity}): {}\n\n{}\n\n{allowed}\n", rule.summary, rule.explanation))
}
