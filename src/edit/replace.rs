//! A new value behind a key or a dash.

use super::entry::Entry;
use super::layout::{Child, Unclear};
use super::lines::Lines;
use super::render::{Indent, block, flow, inline, is_inline};
use super::splice::Splices;
use crate::yaml::{Content, Style, Value};
use serde_json::Value as Json;

/// Replaces the value of an entry of a block.
pub(super) fn in_block(
    lines: Lines<'_>,
    entry: &Entry,
    old: &Value<'_>,
    new: &Json,
    indent: Indent,
    splices: &mut Splices,
) {
    let start = lines.token(entry.head_end);
    let is_absent = entry.value_end == entry.head_end;
    let is_piece = is_absent || is_one_piece(lines, entry, old, start);
    if is_inline(new) && is_piece {
        let text = inline(new, quote(lines, old, start));
        match is_absent {
            true => splices.replace(start_of_value(entry), format!(" {text}")),
            false => splices.replace(start..entry.value_end, text),
        }
        return;
    }
    let tail = match is_piece {
        true => lines.part(entry.value_end, lines.text_end(entry.value_end)),
        false => head_comment(lines, entry.head_end),
    };
    let text = below(entry, new, indent, &String::from_utf8_lossy(tail), lines.line_break());
    let is_open_end = !lines.part(0, entry.line_end).ends_with(b"\n");
    let text = if is_open_end { text.trim_end_matches(['\r', '\n']) } else { &text };
    splices.replace(entry.head_end..entry.line_end, text);
}

fn start_of_value(entry: &Entry) -> std::ops::Range<usize> {
    entry.head_end..entry.head_end
}

/// Replaces the value of a child of a flow collection.
pub(super) fn in_flow(
    lines: Lines<'_>,
    child: &Child,
    old: &Value<'_>,
    new: &Json,
    splices: &mut Splices,
) -> Result<(), Unclear> {
    let start = lines.token(child.head_end);
    let text = flow(new, quote(lines, old, start));
    match child.value_end == child.head_end {
        true if lines.at(child.head_end.wrapping_sub(1)) != Some(b':') => return Err(Unclear),
        true => splices.replace(child.head_end..child.head_end, format!(" {text}")),
        false => splices.replace(start..child.value_end, text),
    }
    Ok(())
}

/// Whether a value is written in one piece behind its key.
fn is_one_piece(lines: Lines<'_>, entry: &Entry, old: &Value<'_>, start: usize) -> bool {
    let is_piece = match &old.node.content {
        Content::Scalar { style, .. } => *style != Style::Block,
        _ => matches!(lines.at(start), Some(b'[' | b'{')),
    };
    is_piece && start < lines.next(entry.head_end)
}

/// The quote of a text that stands in quotes.
fn quote(lines: Lines<'_>, old: &Value<'_>, start: usize) -> Option<u8> {
    match old.node.content {
        Content::Scalar { style: Style::Quoted, .. } => lines.at(start),
        _ => None,
    }
}

/// The comment behind a key whose value begins below it, with the blanks before it.
fn head_comment(lines: Lines<'_>, head_end: usize) -> &[u8] {
    let line = lines.part(head_end, lines.text_end(head_end));
    let is_start = |pair: &[u8]| pair[0].is_ascii_whitespace() && pair[1] == b'#';
    let Some(start) = line.windows(2).position(is_start) else { return b"" };
    let before = &line[..start];
    let is_header = |byte: &u8| byte.is_ascii_whitespace() || b"|>+-0123456789".contains(byte);
    match before.iter().all(is_header) {
        true => &line[before.trim_ascii_end().len().min(start)..],
        false => b"",
    }
}

/// What follows a key or a dash, to the end of the line.
fn below(entry: &Entry, new: &Json, indent: Indent, tail: &str, line_break: &str) -> String {
    if is_inline(new) {
        return format!(" {}{tail}{line_break}", inline(new, None));
    }
    let is_dash = entry.head_end == entry.start + 1;
    let deeper = if new.is_array() { indent.list } else { indent.map };
    let blanks = " ".repeat(entry.column + if is_dash { 2 } else { deeper });
    let mut text = if is_dash { String::new() } else { format!("{tail}{line_break}") };
    for (place, line) in block(new, indent).into_iter().enumerate() {
        match place == 0 && is_dash {
            true => text.push_str(&format!(" {line}{tail}{line_break}")),
            false => text.push_str(&format!("{blanks}{line}{line_break}")),
        }
    }
    text
}
