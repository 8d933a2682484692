//! Findings for people and for machines, as pure functions.
//!
//! No format shows a secret: the texts of a report went through [`super::secrets::mask`], and
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

use crate::model::Severity;

/// The word for a severity.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
