//! The value that follows a name, in YAML, JSON, shell, INI and on command lines.

use crate::check::secrets::text::{line_before, line_end, line_start, run, skip_blanks, trim};
use std::ops::Range;

/// The longest value that is looked at.
const LONGEST: usize = 8192;

/// The value after a name, if one follows.
pub(in crate::check::secrets) fn after(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let (mut at, was_quoted) = skip_quote(text, name.end);
    at = skip_blanks(text, at);
    let range = match text.get(at)? {
        b'=' => assigned(text, at + 1),
        b':' if text.get(at + 1) == Some(&b'=') => assigned(text, at + 2),
        b':' => field(text, name, at + 1, was_quoted)?,
        _ if is_flag(text, name.start) => argument(text, name.end)?,
        _ => return None,
    };
    let range = trim(text, range);
    (!range.is_empty()).then_some(range)
}

/// Skips one quote, also an escaped one.
fn skip_quote(text: &[u8], at: usize) -> (usize, bool) {
    let escaped = at + run(text, at, |byte| byte == b'\\');
    match text.get(escaped) {
        Some(b'"' | b'\'' | b'`') => (escaped + 1, true),
        _ => (at, false),
    }
}

/// What follows `NAME=`.
fn assigned(text: &[u8], at: usize) -> Range<usize> {
    let at = skip_blanks(text, at + run(text, at, |byte| matches!(byte, b'=' | b'>')));
    let (inside, is_quoted) = skip_quote(text, at);
    if is_quoted {
        return quoted(text, inside);
    }
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'`;&,|)\\".contains(&byte);
    at..at + run(text, at, |byte| !ends(byte)).min(LONGEST)
}

/// What follows `name:`.
fn field(text: &[u8], name: &Range<usize>, at: usize, was_quoted: bool) -> Option<Range<usize>> {
    let is_separated = matches!(text.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
    if !(is_separated || was_quoted) || !is_key(text, name.start) {
        return None;
    }
    let at = skip_properties(text, skip_blanks(text, at));
    let (inside, is_quoted) = skip_quote(text, at);
    let end = line_end(text, at.min(text.len()));
    if is_quoted {
        return Some(quoted(text, inside));
    }
    let rest = &text[at.min(end)..end];
    if rest.is_empty() || rest[0] == b'#' || is_block_header(rest) {
        return Some(below(text, name, end));
    }
    let in_flow = text[line_start(text, name.start)..name.start].contains(&b'{');
    let ends = |index: usize| {
        (rest[index] == b'#' && index > 0 && rest[index - 1].is_ascii_whitespace())
            || (in_flow && matches!(rest[index], b',' | b'}'))
    };
    let length = (0..rest.len().min(LONGEST)).find(|index| ends(*index)).unwrap_or(rest.len().min(LONGEST));
    Some(at..at + length)
}

/// Skips tags and anchors: `!!str`, `&name`.
fn skip_properties(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b'!' | b'&')) {
        let next = skip_blanks(text, at + run(text, at, |byte| !byte.is_ascii_whitespace()));
        if next >= text.len() {
            break;
        }
        at = next;
    }
    at
}

fn is_block_header(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_end();
    let header = rest.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii_end();
    matches!(header.first(), Some(b'|' | b'>')) && header[1..].iter().all(|b| b"+-123456789".contains(b))
}

/// The text below a field, as far as it is indented more and is no mapping or list.
fn below(text: &[u8], name: &Range<usize>, end: usize) -> Range<usize> {
    let indent = |from: usize| run(text, from, |byte| byte == b' ');
    let own = indent(line_start(text, name.start));
    let mut first = None;
    let mut last = end;
    let mut at = end + run(text, end, |byte| byte == b'\r') + 1;
    while at < text.len() && at < end + LONGEST {
        let stop = line_end(text, at);
        let line = text[at..stop].trim_ascii();
        if !line.is_empty() {
            let is_structure = line.starts_with(b"- ") || line.ends_with(b":") || line.windows(2).any(|two| two == b": ");
            if indent(at) <= own || (first.is_none() && is_structure) {
                break;
            }
            first.get_or_insert(at);
            last = stop;
        }
        at = stop + run(text, stop, |byte| byte == b'\r') + 1;
    }
    first.unwrap_or(last)..last
}

/// The inside of a quoted value, to its closing quote.
fn quoted(text: &[u8], inside: usize) -> Range<usize> {
    let quote = text[inside - 1];
    let is_escaped_quote = inside >= 2 && text[inside - 2] == b'\\';
    let limit = text.len().min(inside + LONGEST);
    let mut at = inside;
    while at < limit && text[at] != quote {
        if text[at] == b'\\' && quote != b'\'' {
            if is_escaped_quote && text.get(at + 1) == Some(&quote) {
                break;
            }
            at += 1;
        }
        at += 1;
    }
    inside..at.min(limit)
}

/// Whether a name stands where keys stand: first in a line, item, object or argument.
fn is_key(text: &[u8], start: usize) -> bool {
    let before = line_before(text, start);
    let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before);
    let before = before.trim_ascii_end();
    let is_break = |byte: &u8| b"-{,[(;&?|#\\$\"'`".contains(byte);
    before.is_empty() || before.last().is_some_and(is_break) || before.ends_with(b"\\n")
}

fn is_flag(text: &[u8], start: usize) -> bool {
    text[..start].ends_with(b"--")
}

/// What follows `--name`: the next word, or the next item of a list.
fn argument(text: &[u8], at: usize) -> Option<Range<usize>> {
    let separators = run(text, at, |byte| byte.is_ascii_whitespace() || b"\",'[]-\\".contains(&byte));
    let start = at + separators;
    let is_separated = text[at..start].iter().any(u8::is_ascii_whitespace);
    let is_another_flag = text[at..start].ends_with(b"--");
    if !is_separated || is_another_flag || text[at..start].iter().filter(|b| **b == b'\n').count() > 1 {
        return None;
    }
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'`;,|)\\".contains(&byte);
    Some(start..start + run(text, start, |byte| !ends(byte)).min(LONGEST))
}
