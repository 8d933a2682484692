//! New keys and items.

use super::layout::{Child, Unclear};
use super::lines::Lines;
use super::locate::{Level, Parts};
use super::render::{Indent, block_item, block_pair, flow, flow_pair};
use super::splice::Splices;
use serde_json::Value as Json;

/// Adds a key to a map that is not empty: in its place where the keys are sorted, else at the end.
pub(super) fn key(
    lines: Lines<'_>,
    map: &Level<'_>,
    name: &str,
    new: &Json,
    indent: Indent,
    splices: &mut Splices,
) -> Result<(), Unclear> {
    let names: Vec<&str> = map.value.entries().iter().map(|entry| entry.name).collect();
    let place = place_of(&names, name);
    if map.parts.flow.is_some() {
        let quote = map.parts.children.first().and_then(|child| quote_at(lines, child));
        return in_flow(lines, &map.parts, place, &flow_pair(name, new, quote), splices);
    }
    in_block(lines, &map.parts, place, &block_pair(name, new, indent), splices)
}

/// Adds an item at the end of a list that is not empty.
pub(super) fn item(
    lines: Lines<'_>,
    list: &Level<'_>,
    new: &Json,
    indent: Indent,
    splices: &mut Splices,
) -> Result<(), Unclear> {
    let place = list.parts.children.len();
    if list.parts.flow.is_some() {
        let quote = list.parts.children.last().and_then(|child| quote_at(lines, child));
        return in_flow(lines, &list.parts, place, &flow(new, quote), splices);
    }
    in_block(lines, &list.parts, place, &block_item(new, indent), splices)
}

/// Where a new key belongs among others.
pub(super) fn place_of(names: &[&str], name: &str) -> usize {
    match names.is_sorted() {
        true => names.partition_point(|other| *other < name),
        false => names.len(),
    }
}

fn quote_at(lines: Lines<'_>, child: &Child) -> Option<u8> {
    lines.at(child.start).filter(|byte| matches!(byte, b'"' | b'\''))
}

fn in_block(
    lines: Lines<'_>,
    parts: &Parts,
    place: usize,
    new: &[String],
    splices: &mut Splices,
) -> Result<(), Unclear> {
    let first = parts.entries.first().ok_or(Unclear)?;
    let (blanks, line_break) = (" ".repeat(first.column), lines.line_break());
    match parts.entries.get(place) {
        // The line begins with a dash, which stays.
        Some(next) if !next.opens_line(lines) => {
            let text: String =
                new.iter().map(|line| format!("{line}{line_break}{blanks}")).collect();
            splices.replace(next.start..next.start, text);
        }
        next => {
            let end = parts.entries.last().map(|last| last.end);
            let at = next.map(|next| next.lead).or(end).ok_or(Unclear)?;
            let text: String =
                new.iter().map(|line| format!("{blanks}{line}{line_break}")).collect();
            splices.insert_lines(lines, at, text.as_bytes());
        }
    }
    Ok(())
}

fn in_flow(
    lines: Lines<'_>,
    parts: &Parts,
    place: usize,
    new: &str,
    splices: &mut Splices,
) -> Result<(), Unclear> {
    let (open, close) = parts.flow.ok_or(Unclear)?;
    let last = parts.children.last().ok_or(Unclear)?;
    if lines.part(open, close).contains(&b'\n') {
        return Err(Unclear);
    }
    match parts.children.get(place) {
        Some(next) => splices.replace(next.start..next.start, format!("{new}, ")),
        None => splices.replace(last.value_end..last.value_end, format!(", {new}")),
    }
    Ok(())
}
