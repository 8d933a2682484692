//! One entry in the three files, and the parts of its lines.

use super::carry::{Places, Sides};
use super::side::Side;
use crate::edit::entry::Entry;
use crate::yaml::{Content, Style};
use std::ops::Range;

/// An entry of one file, with that file.
#[derive(Clone, Copy)]
pub(super) struct One<'s, 'v> {
    pub side: &'s Side<'v>,
    pub place: usize,
    pub entry: Entry,
}

/// An entry in the three files.
pub(super) struct Three<'s, 'v> {
    pub base: Option<One<'s, 'v>>,
    pub ours: Option<One<'s, 'v>>,
    pub theirs: Option<One<'s, 'v>>,
}

impl<'s, 'v> Three<'s, 'v> {
    pub fn new(sides: &'s Sides<'v>, places: Places) -> Self {
        let one = |side: &'s Side<'v>, place: Option<usize>| {
            let place = place?;
            Some(One { side, place, entry: side.entry(place)? })
        };
        Self {
            base: sides.base.as_ref().and_then(|side| one(side, places.base)),
            ours: one(&sides.ours, places.ours),
            theirs: one(&sides.theirs, places.theirs),
        }
    }
}

/// A part of an entry's lines.
#[derive(Clone, Copy)]
pub(super) enum Bit {
    /// Blank lines and comments before its own comments.
    Gap,
    /// Its own comment lines.
    Lead,
    /// The comment behind it, or behind its key where its value begins below.
    Tail,
    /// Deeper comments below it.
    Deeper,
    /// Its value, where that is in one piece behind the key.
    Piece,
    /// Its key or dash with its value, and the comments on these lines.
    Body,
    /// All but the gap.
    Whole,
}

impl One<'_, '_> {
    pub fn range(&self, bit: Bit) -> Range<usize> {
        let (entry, lines) = (&self.entry, self.side.lines);
        match bit {
            Bit::Gap => entry.floor..entry.lead,
            Bit::Lead if entry.opens_line(lines) => entry.lead..lines.start(entry.start),
            Bit::Lead => entry.start..entry.start,
            Bit::Tail => self.tail(),
            Bit::Deeper => entry.line_end..entry.end,
            Bit::Piece => lines.token(entry.head_end).min(entry.value_end)..entry.value_end,
            Bit::Body => entry.start..entry.line_end,
            Bit::Whole => entry.lead..entry.end,
        }
    }

    pub fn bytes(&self, bit: Bit) -> &[u8] {
        let range = self.range(bit);
        self.side.lines.part(range.start, range.end)
    }

    /// A part without indentation and blank lines, for comparing.
    pub fn bare(&self, bit: Bit) -> Vec<Vec<u8>> {
        bare(self.bytes(bit))
    }

    pub fn is_piece(&self) -> bool {
        let Some(value) = self.side.part(self.place) else { return false };
        let (lines, start) = (self.side.lines, self.side.lines.token(self.entry.head_end));
        let is_behind = start < lines.next(self.entry.head_end);
        is_behind
            && match &value.node.content {
                Content::Scalar { style, .. } => *style != Style::Block,
                Content::Alias(_) => false,
                _ => matches!(lines.at(start), Some(b'[' | b'{')),
            }
    }

    fn tail(&self) -> Range<usize> {
        let (entry, lines) = (&self.entry, self.side.lines);
        let is_absent = entry.value_end == entry.head_end;
        if is_absent || self.is_piece() {
            entry.value_end..lines.text_end(entry.value_end)
        } else if lines.is_rest_empty(entry.head_end) {
            entry.head_end..lines.text_end(entry.head_end)
        } else {
            entry.value_end..entry.value_end
        }
    }

    pub fn opens_line(&self) -> bool {
        self.entry.opens_line(self.side.lines)
    }
}

/// Lines without indentation, and without blank ones.
pub(super) fn bare(text: &[u8]) -> Vec<Vec<u8>> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.trim_ascii().to_vec());
    lines.filter(|line| !line.is_empty()).collect()
}

/// The blank lines and comments after the last entry of a document.
pub(super) fn end_of(side: &Side<'_>) -> Option<Range<usize>> {
    let start = side.level.parts.entries.last()?.end;
    let mut end = start;
    while end < side.lines.bytes.len()
        && (side.lines.is_blank(end) || side.lines.comment(end).is_some())
    {
        end = side.lines.next(end);
    }
    Some(start..end)
}
