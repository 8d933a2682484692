//! Entries of a block collection: a key or an item with the lines that are its own.

use super::layout::{Child, Unclear};
use super::lines::Lines;

/// A key or an item of a block collection, in bytes of the file.
///
/// ```text
/// lead      # about it
/// start     name: value  # at the end of the line
///             # deeper comments below it
/// end     (the next line)
/// ```
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Where its key or its dash begins.
    pub start: usize,
    /// After its colon or dash.
    pub head_end: usize,
    /// After the last byte of its value.
    pub value_end: usize,
    /// Where its own comment lines begin, directly above it; else where its line begins. `start`
    /// where a dash stands before it on its line.
    pub lead: usize,
    /// Where the gap before it begins: after the line of what stands before it.
    pub floor: usize,
    /// After the line on which its value ends.
    pub line_end: usize,
    /// After the comments below it that are indented more than it is.
    pub end: usize,
    /// The blanks (and dashes) before it on its line.
    pub column: usize,
}

impl Entry {
    /// Whether nothing stands before it on its line.
    pub fn opens_line(&self, lines: Lines<'_>) -> bool {
        lines.start(self.start) + self.column == self.start
            && lines.part(self.start - self.column, self.start).iter().all(|byte| *byte == b' ')
    }
}

/// The entries of a block collection whose parent's key or dash ends at `from`.
pub(super) fn entries(
    lines: Lines<'_>,
    children: &[Child],
    from: Option<usize>,
) -> Result<Vec<Entry>, Unclear> {
    let first = children.first().map_or(0, |child| lines.start(child.start));
    let mut floor = from.map_or_else(|| gap(lines, first), |from| lines.next(from));
    let mut entries: Vec<Entry> = Vec::new();
    for child in children {
        let entry = entry(lines, child, floor)?;
        floor = entry.end;
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(lines: Lines<'_>, child: &Child, floor: usize) -> Result<Entry, Unclear> {
    let Child { start, head_end, value_end } = *child;
    let line = lines.start(start);
    let before = lines.part(line, start);
    let opens_line = before.iter().all(|byte| *byte == b' ');
    if !before.iter().all(|byte| matches!(byte, b' ' | b'-')) || !lines.is_rest_empty(value_end) {
        return Err(Unclear);
    }
    let column = start - line;
    let lead = if opens_line { lead(lines, line, floor, column) } else { start };
    let line_end = lines.next(value_end);
    let end = deeper_comments(lines, line_end, column);
    let floor = if opens_line { floor.min(lead) } else { start };
    Ok(Entry { start, head_end, value_end, lead, floor, line_end, end, column })
}

/// Where the comment lines begin that stand directly above a line, as far in as it is.
fn lead(lines: Lines<'_>, line: usize, floor: usize, column: usize) -> usize {
    let mut lead = line;
    while lead > floor {
        let above = lines.start(lead - 1);
        match lines.comment(above) {
            Some(comment) if above >= floor && comment - above == column => lead = above,
            _ => break,
        }
    }
    lead
}

/// Where the blank lines and comments begin that stand above a line.
fn gap(lines: Lines<'_>, mut line: usize) -> usize {
    while line > lines.start(0) {
        let above = lines.start(line - 1);
        if lines.comment(above).is_none() && !lines.is_blank(above) {
            break;
        }
        line = above;
    }
    line
}

/// After the last comment line that is further in than a column, before the next token.
fn deeper_comments(lines: Lines<'_>, from: usize, column: usize) -> usize {
    let (mut at, mut end) = (from, from);
    while at < lines.bytes.len() {
        let next = lines.next(at);
        match lines.comment(at) {
            Some(comment) if comment - at > column => end = next,
            Some(_) => break,
            None if lines.is_blank(at) => {}
            None => break,
        }
        at = next;
    }
    end
}
