//! Keys and items that go, with their own comments.

use super::layout::Unclear;
use super::lines::Lines;
use super::locate::Parts;
use super::splice::Splices;

/// Removes one of several children.
pub(super) fn one(
    lines: Lines<'_>,
    parts: &Parts,
    index: usize,
    splices: &mut Splices,
) -> Result<(), Unclear> {
    if parts.flow.is_some() {
        return in_flow(lines, parts, index, splices);
    }
    let entry = parts.entries.get(index).ok_or(Unclear)?;
    if entry.opens_line(lines) {
        splices.replace(entry.lead..entry.end, "");
        return Ok(());
    }
    // A dash stands before it, which stays for what comes next.
    let next = parts.entries.get(index + 1).ok_or(Unclear)?;
    let has_comments = next.floor < lines.start(next.start);
    let end = if has_comments { next.floor } else { next.start };
    splices.replace(entry.start..end, if has_comments { lines.line_break() } else { "" });
    Ok(())
}

fn in_flow(
    lines: Lines<'_>,
    parts: &Parts,
    index: usize,
    splices: &mut Splices,
) -> Result<(), Unclear> {
    let (open, close) = parts.flow.ok_or(Unclear)?;
    if lines.part(open, close).contains(&b'\n') {
        return Err(Unclear);
    }
    let child = parts.children.get(index).ok_or(Unclear)?;
    let before = index.checked_sub(1).and_then(|before| parts.children.get(before));
    match (parts.children.get(index + 1), before) {
        (Some(next), _) => splices.replace(child.start..next.start, ""),
        (None, Some(before)) => splices.replace(before.value_end..child.value_end, ""),
        (None, None) => return Err(Unclear),
    }
    Ok(())
}
