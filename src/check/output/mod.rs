//! Findings for people and for machines, as pure functions.
//!
//! No format shows a secret: the text that is quoted goes through [`super::secrets::mask`], and
//! control characters become visible signs, whatever the file holds.

mod escape;
mod github;
mod gitlab;
mod json;
mod sarif;
mod text;

#[cfg(test)]
mod tests;

pub use github::github;
pub use gitlab::gitlab;
pub use json::json;
pub use sarif::sarif;
pub use text::{Look, text};

use crate::model::{Severity, TreePath};

/// A way to get the content of a file that a finding is about.
pub type Source<'a> = &'a dyn Fn(&TreePath) -> Option<Vec<u8>>;

/// The word for a severity.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
