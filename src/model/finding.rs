//! Findings: what a check says of a file.

use super::path::TreePath;
use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// kops reads it as written, but it is probably not what was meant.
    Warning,
    /// kops would reject, crash on, drop or misread it; or it must not be in git.
    Error,
}

/// Where in a file a finding is. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize)]
pub struct Span {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the last character.
    pub end_line: usize,
    /// Column behind the last character.
    pub end_column: usize,
}

/// What a check says of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Finding {
    /// The rule's identifier, such as `yaml-1.1`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file, as a path in the tree.
    #[serde(rename = "file")]
    pub path: TreePath,
    /// The field as the file spells it, such as `spec.subnets[0].cidr`; empty for the file.
    pub field: String,
    /// Where it is; `None` for the file as a whole.
    pub span: Option<Span>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A replacement for the text at `span`.
    pub fix: Option<Fix>,
}

/// A replacement for the text that a finding points at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Fix {
    /// The new text.
    pub replacement: String,
    /// Whether it can be applied without looking.
    pub safe: bool,
}
