//! Where the parts of a collection stand, to the byte.
//!
//! The parser's places are close but not exact: a block ends where the next thing begins, a
//! quoted text after the blanks behind it, a list at its first item. So offsets are found by going
//! from token to token, and every token has to be the expected one; else the layout is not clear,
//! and nothing is edited.

use super::lines::Lines;
use crate::yaml::{Content, Node, Style};

/// The layout of a place is not one that is understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unclear;

/// A pair or an item of a collection, in bytes of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    /// Where its key, its dash or (in a flow list) its value begins.
    pub start: usize,
    /// After the colon or the dash.
    pub head_end: usize,
    /// After the last byte of its value; `head_end` where it has none.
    pub value_end: usize,
}

/// The children of a collection, in the order of the file.
#[derive(Debug)]
pub(super) struct Children {
    /// One for each pair or item.
    pub all: Vec<Child>,
    /// For `{…}` and `[…]`: where they open, and after where they close.
    pub flow: Option<(usize, usize)>,
}

impl Children {
    fn end(&self, from: usize) -> usize {
        let last = self.all.last().map_or(from, |child| child.value_end);
        self.flow.map_or(last, |(_, end)| end)
    }
}

/// Finds the children of a collection that begins at or after `from`.
pub(super) fn children(lines: Lines<'_>, node: &Node, from: usize) -> Result<Children, Unclear> {
    let start = value_start(lines, node, from);
    let is_flow = matches!(lines.at(start), Some(b'[' | b'{'));
    let mut at = if is_flow { start + 1 } else { start };
    let mut all = Vec::new();
    for pair in node.pairs() {
        let child =
            pair_at(lines, &pair.key, &pair.value, skip_comma(lines, at, is_flow), is_flow)?;
        at = child.value_end;
        all.push(child);
    }
    for item in node.items() {
        let child = item_at(lines, item, skip_comma(lines, at, is_flow), is_flow)?;
        at = child.value_end;
        all.push(child);
    }
    let flow = match is_flow {
        true => Some((start, close(lines, skip_comma(lines, at, is_flow))?)),
        false => None,
    };
    Ok(Children { all, flow })
}

/// Where a value begins that stands at or after `from`.
pub(super) fn value_start(lines: Lines<'_>, node: &Node, from: usize) -> usize {
    let mut at = lines.token(from);
    let has_properties = node.anchor.is_some() || node.tag.is_some();
    while has_properties && matches!(lines.at(at), Some(b'&' | b'!')) {
        at = lines.token(at + property_length(lines.part(at, lines.bytes.len())));
    }
    at
}

/// How long an anchor or a tag is: up to a blank or a bracket, which only `!<…>` may hold.
fn property_length(rest: &[u8]) -> usize {
    let is_verbatim = rest.starts_with(b"!<");
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || (!is_verbatim && matches!(byte, b',' | b'[' | b']' | b'{' | b'}'))
    };
    rest.iter().position(ends).unwrap_or(rest.len())
}

fn skip_comma(lines: Lines<'_>, at: usize, is_flow: bool) -> usize {
    let token = lines.token(at);
    if is_flow && lines.at(token) == Some(b',') { lines.token(token + 1) } else { token }
}

fn close(lines: Lines<'_>, at: usize) -> Result<usize, Unclear> {
    if matches!(lines.at(at), Some(b']' | b'}')) { Ok(at + 1) } else { Err(Unclear) }
}

fn pair_at(
    lines: Lines<'_>,
    key: &Node,
    value: &Node,
    start: usize,
    is_flow: bool,
) -> Result<Child, Unclear> {
    if start != key.bytes.start || !matches!(key.content, Content::Scalar { .. }) {
        return Err(Unclear);
    }
    let key_end = match key.content {
        Content::Scalar { style: Style::Quoted, .. } => quoted_end(lines, start)?,
        _ => lines.trimmed(start, key.bytes.end),
    };
    let colon = lines.token(key_end);
    let head_end = match lines.at(colon) {
        Some(b':') if is_flow || colon < lines.next(key_end) => colon + 1,
        _ if is_flow && value.is_null() => key_end,
        _ => return Err(Unclear),
    };
    Ok(Child { start, head_end, value_end: value_end(lines, value, head_end)? })
}

fn item_at(lines: Lines<'_>, item: &Node, start: usize, is_flow: bool) -> Result<Child, Unclear> {
    let head_end = match is_flow {
        true => start,
        false if lines.at(start) == Some(b'-') => start + 1,
        false => return Err(Unclear),
    };
    Ok(Child { start, head_end, value_end: value_end(lines, item, head_end)? })
}

/// After the last byte of a value whose key or dash ends at `from`.
fn value_end(lines: Lines<'_>, node: &Node, from: usize) -> Result<usize, Unclear> {
    match &node.content {
        Content::Mapping(_) | Content::Sequence(_) => {
            Ok(children(lines, node, from)?.end(value_start(lines, node, from)))
        }
        Content::Scalar { text, .. } if text.is_empty() && is_absent(node) => Ok(from),
        Content::Scalar { text, style: Style::Block } => {
            Ok(block_end(lines, node, text, value_start(lines, node, from)))
        }
        Content::Scalar { style: Style::Quoted, .. } => {
            quoted_end(lines, value_start(lines, node, from))
        }
        Content::Scalar { .. } | Content::Alias(_) => {
            let start = node.bytes.start;
            let is_there = start == lines.token(from) && start < node.bytes.end;
            is_there.then(|| lines.trimmed(start, node.bytes.end)).ok_or(Unclear)
        }
    }
}

/// After the closing quote of a text whose opening quote stands at `start`.
fn quoted_end(lines: Lines<'_>, start: usize) -> Result<usize, Unclear> {
    let quote = lines.at(start).filter(|byte| matches!(byte, b'"' | b'\'')).ok_or(Unclear)?;
    let mut at = start + 1;
    while let Some(byte) = lines.at(at) {
        let is_doubled = quote == b'\'' && byte == quote && lines.at(at + 1) == Some(quote);
        let is_escape = quote == b'"' && byte == b'\\';
        if byte == quote && !is_doubled {
            return Ok(at + 1);
        }
        at += if is_doubled || is_escape { 2 } else { 1 };
    }
    Err(Unclear)
}

fn is_absent(node: &Node) -> bool {
    node.plain().is_some() && node.anchor.is_none()
}

/// After the last line of a block text. Blank lines behind it belong to it only where its header
/// keeps them, or where they are more than blank.
fn block_end(lines: Lines<'_>, node: &Node, text: &str, header: usize) -> usize {
    let header_end = lines.text_end(header);
    let mark = lines.part(header, header_end).split(|byte| *byte == b'#').next();
    let is_kept = mark.is_some_and(|mark| mark.contains(&b'+'));
    let body = match is_kept {
        true => text.strip_suffix('\n').unwrap_or(text),
        false => text.trim_end_matches('\n'),
    };
    let last = lines.trimmed(header_end, node.bytes.end.max(header_end));
    let blank = body.len() - body.trim_end().len();
    let mut more = body[body.len() - blank..].matches('\n').count();
    more += usize::from(last == header_end && !text.is_empty());
    let mut end = lines.text_end(last);
    for _ in 0..more {
        end = lines.text_end(lines.next(end));
    }
    end
}
