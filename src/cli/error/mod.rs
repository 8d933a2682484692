//! Errors for people and scripts: a kind, a message, and what to do next.
//!
//! | module | holds |
//! |---|---|
//! | [`exit`] | exit codes, and which kind of error ends with which |
//! | `map` | the kind of every error of the layers below |
//! | `hints` | the next command to type |

pub mod exit;
mod hints;
mod map;
#[cfg(test)]
mod tests;

pub use exit::{Exit, Kind};

use super::render::JSON_VERSION;
use super::render::text::one_line;
use crate::model::Finding;
use serde_json::{Value, json};

/// Why a command did not do what it was asked to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CliError {
    /// What kind of error it is, which decides the exit code.
    pub kind: Kind,
    /// One line, which is safe to show.
    pub message: String,
    /// What to do, each in one line that is safe to show and names the command to type.
    pub hints: Vec<String>,
    /// What checks found, to be shown before the message.
    pub findings: Vec<Finding>,
}

impl CliError {
    /// Makes an error; the message becomes one line without credentials.
    pub fn new(kind: Kind, message: &str) -> Self {
        Self {
            kind,
            message: one_line(message),
            hints: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// An error in what was typed.
    pub fn usage(message: &str) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hints.push(one_line(hint));
        self
    }

    /// Adds what checks found.
    #[must_use]
    pub fn found(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// How the program ends.
    pub fn exit(&self) -> Exit {
        self.kind.exit()
    }

    /// The error for machines.
    pub fn json(&self) -> Value {
        let mut error = json!({
            "kind": self.kind.name(),
            "exit": self.exit().code(),
            "message": self.message,
            "hints": self.hints,
        });
        if !self.findings.is_empty() {
            error["findings"] = json!(self.findings);
        }
        json!({ "version": JSON_VERSION, "error": error })
    }
}
