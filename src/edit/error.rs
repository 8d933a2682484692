//! Why an edit is refused. Nothing is changed then.

use crate::yaml::SyntaxError;
use thiserror::Error;

/// Why an edit is refused. Paths are as the file spells them.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum EditError {
    /// The file does not parse.
    #[error("line {line} is no YAML: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The file holds no such document, or none at all.
    #[error("the file holds no {0}")]
    NoDocument(String),
    /// Nothing stands at the path.
    #[error("there is no {0}")]
    Missing(String),
    /// The path goes on where the file does not.
    #[error("{path} is {found}, so that nothing stands below it")]
    Through {
        /// Where the path cannot go on.
        path: String,
        /// What stands there.
        found: &'static str,
    },
    /// An edit would change more than the field that is named.
    #[error("{0} is, or holds, an anchor, an alias or a tag: edit the file by hand")]
    Reference(String),
    /// It is not clear which of several is meant.
    #[error("{0} holds a key twice, or a merge key: edit the file by hand")]
    Duplicate(String),
    /// Bytes cannot be changed there without changing more than the field.
    #[error("{0} is laid out in a way that cannot be edited in place: edit the file by hand")]
    Layout(String),
    /// The new value cannot stand there.
    #[error("the value {value:?} is {problem}")]
    Value {
        /// The value as given.
        value: String,
        /// Why not.
        problem: String,
    },
    /// An overlay is meant for another object.
    #[error("{field} is {expected:?} in the file and {found:?} in the overlay")]
    Disagrees {
        /// The field.
        field: &'static str,
        /// What the file says.
        expected: String,
        /// What the overlay says.
        found: String,
    },
}

impl From<SyntaxError> for EditError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax { line: error.span.line, message: error.message }
    }
}
