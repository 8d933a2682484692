//! YAML as a tree with places: read once, duplicate keys kept, nothing expanded.
//!
//! [`parse`] gives the tree as written; [`read`] gives what kops makes of it.
//!
//! Budgets hold for every file, whoever wrote it: 5 MiB, 100 levels, 200,000 nodes. An alias is
//! a node of its own, so a bomb of aliases is as small as its text.

mod builder;
mod node;
mod resolve;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use node::{Content, Document, Node, Pair, Style};
pub use resolve::{Resolved, resolve};
pub use value::{Data, Entry, Value, read};
pub use walk::{Visit, each_node, path_to, walk};

use crate::model::Span;

/// The largest file that is parsed. kops' own files are far below 1 MiB.
pub const LARGEST: usize = 5 << 20;
/// The deepest nesting. A cluster has about 10 levels.
pub const DEEPEST: usize = 100;
/// The most nodes of a file. A large cluster has about 2,000.
pub const MOST_NODES: usize = 200_000;

/// A file, as far as it could be parsed.
#[derive(Debug, Default)]
pub struct Yaml {
    /// The documents before the first error.
    pub documents: Vec<Document>,
    /// Why parsing ended before the end.
    pub error: Option<SyntaxError>,
}

/// Why a file is no YAML, or more than the budget allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where parsing stopped.
    pub span: Span,
    /// What is wrong, without a full stop.
    pub message: String,
}

/// Parses a file. Never fails: what is wrong is part of the result.
pub fn parse(content: &[u8]) -> Yaml {
    let whole = content.len();
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    if content.len() > LARGEST {
        let message =
            format!("the file has more than {LARGEST} bytes, and is not read any further");
        return failed(1, 1, message);
    }
    match std::str::from_utf8(content) {
        Ok(text) => built(text, whole - content.len()),
        Err(error) => {
            let before = String::from_utf8_lossy(&content[..error.valid_up_to()]).into_owned();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            failed(line, column, "the file is not UTF-8".into())
        }
    }
}

/// The first character that kops' reader refuses wherever it stands, as a place in the text.
pub fn refused_character(text: &str) -> Option<usize> {
    let is_refused = |(at, c): &(usize, char)| match c {
        '\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
        '\t' | '\n' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        _ => c.is_control(),
    };
    text.char_indices().find(is_refused).map(|(at, _)| at)
}

/// Parses text. kops' reader takes a tab after a key's colon, which the parser does not.
fn built(text: &str, first: usize) -> Yaml {
    let yaml = builder::build(text, first);
    let is_tab = |error: &SyntaxError| error.message.starts_with("':' must be followed");
    match yaml.error.as_ref().is_some_and(is_tab) && text.contains(":\t") {
        true => builder::build(&text.replace(":\t", ": "), first),
        false => yaml,
    }
}

fn failed(line: usize, column: usize, message: String) -> Yaml {
    let span = Span { line, column, end_line: line, end_column: column + 1 };
    Yaml { documents: Vec::new(), error: Some(SyntaxError { span, message }) }
}
