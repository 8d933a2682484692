//! The few lines of a file that a finding shows.

use crate::check::output::escape::visible_character;
use crate::model::Span;
use std::ops::Range;

/// The most lines of a place that are shown.
const MOST_LINES: usize = 6;
/// The most characters of a line that are shown.
const WIDEST: usize = 160;

/// Lines of a file, made safe to show.
pub(super) struct Excerpt {
    pub text: String,
    pub first_line: usize,
    /// The bytes of `text` that the finding is about.
    pub range: Range<usize>,
}

/// The lines of a place with one line before it.
pub(super) fn around(all: &[&str], span: Span) -> Option<Excerpt> {
    // A file that ends with a line break has a place behind it as well.
    if span.line == 0 || span.line > all.len() + 1 || all.is_empty() {
        return None;
    }
    let first_line = span.line.saturating_sub(1).max(1);
    let last_line = span.end_line.clamp(span.line, span.line + MOST_LINES);
    let from = window(span);
    let lines =
        all.iter().copied().chain([""]).skip(first_line - 1).take(last_line + 1 - first_line);
    let mut text = String::new();
    let mut range = 0..0;
    for (index, line) in lines.enumerate() {
        let shown: String = line.chars().skip(from).take(WIDEST).map(visible_character).collect();
        let number = first_line + index;
        if number == span.line {
            range.start = text.len() + offset(&shown, span.column.saturating_sub(from));
        }
        if number <= span.end_line {
            let is_end = number == span.end_line;
            range.end = text.len()
                + if is_end {
                    offset(&shown, span.end_column.saturating_sub(from))
                } else {
                    shown.len()
                };
        }
        text.push_str(&shown);
        text.push('\n');
    }
    range.end = range.end.max(range.start).min(text.len());
    Some(Excerpt { text, first_line, range })
}

/// Where long lines are cut, so that the place is in sight.
fn window(span: Span) -> usize {
    if span.column > WIDEST - 20 { span.column - 40 } else { 0 }
}

/// The byte at a column.
fn offset(line: &str, column: usize) -> usize {
    line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum()
}
