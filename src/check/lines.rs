//! Lines of a file, and places in them.

use crate::model::Span;
use std::borrow::Cow;

/// The lines of a file with their numbers, without line breaks.
pub(super) fn lines(content: &[u8]) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let body = content.strip_suffix(b"\n").unwrap_or(content);
    let lines = body.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.enumerate().map(|(index, line)| (index + 1, String::from_utf8_lossy(line)))
}

/// A whole line as a place.
pub(super) fn line_span(line: usize, text: &str) -> Span {
    Span { line, column: 1, end_line: line, end_column: text.chars().count() + 1 }
}

/// One character as a place.
pub(super) fn point(line: usize, column: usize) -> Span {
    Span { line, column, end_line: line, end_column: column + 1 }
}
