//! One entry in the three files: its lines, its comments, its conflict.

use super::Conflict;
use super::carry::{Carrier, Mode, Places, Sides};
use super::decide::Pick;
use super::side::{Side, moved};
use crate::edit::FieldPath;
use crate::edit::entry::Entry;
use crate::edit::layout::Unclear;
use crate::edit::source::json;
use crate::yaml::{Content, Style};
use std::ops::Range;

/// An entry of one file, with that file.
#[derive(Clone, Copy)]
pub(super) struct One<'s, 'v> {
    side: &'s Side<'v>,
    place: usize,
    entry: Entry,
}

/// An entry in the three files.
pub(super) struct Three<'s, 'v> {
    base: Option<One<'s, 'v>>,
    ours: Option<One<'s, 'v>>,
    theirs: Option<One<'s, 'v>>,
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
enum Bit {
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
    fn range(&self, bit: Bit) -> Range<usize> {
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

    fn bytes(&self, bit: Bit) -> &[u8] {
        let range = self.range(bit);
        self.side.lines.part(range.start, range.end)
    }

    /// A part without indentation and blank lines, for comparing.
    fn bare(&self, bit: Bit) -> Vec<Vec<u8>> {
        bare(self.bytes(bit))
    }

    fn is_piece(&self) -> bool {
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

    fn opens_line(&self) -> bool {
        self.entry.opens_line(self.side.lines)
    }
}

/// Lines without indentation, and without blank ones.
fn bare(text: &[u8]) -> Vec<Vec<u8>> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.trim_ascii().to_vec());
    lines.filter(|line| !line.is_empty()).collect()
}

/// The blank lines and comments after the last entry of a document.
fn end_of(side: &Side<'_>) -> Option<Range<usize>> {
    let start = side.level.parts.entries.last()?.end;
    let mut end = start;
    while end < side.lines.bytes.len()
        && (side.lines.is_blank(end) || side.lines.comment(end).is_some())
    {
        end = side.lines.next(end);
    }
    Some(start..end)
}

impl Carrier<'_> {
    /// Brings their changes of the comments around an entry. False if both sides changed one.
    pub(super) fn comments(&mut self, three: &Three<'_, '_>) -> bool {
        self.bring_all(three, &[Bit::Gap, Bit::Lead, Bit::Tail, Bit::Deeper])
    }

    /// Keeps our value, with their comments, and their spelling where it means the same.
    pub(super) fn keep(&mut self, three: &Three<'_, '_>, is_same: bool) -> Result<(), Unclear> {
        let is_piece = |one: &Option<One<'_, '_>>| one.is_none_or(|one| one.is_piece());
        let done = if [&three.base, &three.ours, &three.theirs].into_iter().all(is_piece) {
            self.comments(three) && (!is_same || self.bring(three, Bit::Piece))
        } else {
            let body = |one: &Option<One<'_, '_>>| one.map(|one| one.bare(Bit::Body));
            let is_ours_old = is_same && body(&three.ours) == body(&three.base);
            let is_theirs_old = body(&three.theirs) == body(&three.base);
            self.bring_all(three, &[Bit::Gap, Bit::Lead, Bit::Deeper])
                && (is_theirs_old || is_ours_old || body(&three.ours) == body(&three.theirs))
                && (is_theirs_old || !is_ours_old || self.bring(three, Bit::Body))
        };
        if done { Ok(()) } else { Err(Unclear) }
    }

    fn bring_all(&mut self, three: &Three<'_, '_>, bits: &[Bit]) -> bool {
        bits.iter().fold(true, |is_done, bit| self.bring(three, *bit) && is_done)
    }

    /// Brings a part of their lines where only they changed it. False if both sides did.
    fn bring(&mut self, three: &Three<'_, '_>, bit: Bit) -> bool {
        let (Some(ours), Some(theirs)) = (three.ours, three.theirs) else { return true };
        let base = three.base.map(|base| base.bare(bit)).unwrap_or_default();
        let (our_text, their_text) = (ours.bare(bit), theirs.bare(bit));
        if their_text == base || their_text == our_text {
            return true;
        }
        if our_text != base || (matches!(bit, Bit::Gap | Bit::Lead) && !ours.opens_line()) {
            return false;
        }
        match bit {
            Bit::Body => self.body(&ours, &theirs),
            Bit::Tail | Bit::Piece => self.splices.replace(ours.range(bit), theirs.bytes(bit)),
            _ => {
                let text = self.moved(&theirs, bit, ours.entry.column);
                self.splices.replace(ours.range(bit), text);
            }
        }
        true
    }

    /// Brings their comments at the end of a document.
    pub(super) fn end(&mut self, sides: &Sides<'_>) {
        let Some(range) = end_of(&sides.ours) else { return };
        let text = |side: &Side<'_>| {
            let range = end_of(side).unwrap_or_default();
            side.lines.part(range.start, range.end).to_vec()
        };
        let base = sides.base.as_ref().map(text).unwrap_or_default();
        let (ours, theirs) = (text(&sides.ours), text(&sides.theirs));
        if bare(&ours) == bare(&base) && bare(&theirs) != bare(&base) {
            self.splices.replace(range, moved(&theirs, (0, 0), self.line_break, true));
        }
    }

    fn moved(&self, one: &One<'_, '_>, bit: Bit, column: usize) -> Vec<u8> {
        moved(one.bytes(bit), (one.entry.column, column), self.line_break, one.opens_line())
    }

    /// Takes their entry: new, changed or removed.
    pub(super) fn theirs(
        &mut self,
        key: &str,
        sides: &Sides<'_>,
        three: &Three<'_, '_>,
    ) -> Result<(), Unclear> {
        match (three.ours, three.theirs) {
            (None, Some(theirs)) => self.add(key, sides, &theirs),
            (Some(ours), None) => self.remove(three, &ours, sides),
            (Some(ours), Some(theirs)) => self.change(three, &ours, &theirs),
            (None, None) => Err(Unclear),
        }
    }

    fn change(
        &mut self,
        three: &Three<'_, '_>,
        ours: &One<'_, '_>,
        theirs: &One<'_, '_>,
    ) -> Result<(), Unclear> {
        if three.base.is_some_and(|base| base.bare(Bit::Body) == ours.bare(Bit::Body)) {
            let is_done = self.bring_all(three, &[Bit::Gap, Bit::Lead, Bit::Deeper]);
            self.body(ours, theirs);
            return if is_done { Ok(()) } else { Err(Unclear) };
        }
        if !ours.is_piece() || !theirs.is_piece() || !self.comments(three) {
            return Err(Unclear);
        }
        self.splices.replace(ours.range(Bit::Piece), theirs.bytes(Bit::Piece));
        Ok(())
    }

    /// Puts their key with its value in the place of ours.
    fn body(&mut self, ours: &One<'_, '_>, theirs: &One<'_, '_>) {
        let columns = (theirs.entry.column, ours.entry.column);
        let mut text = moved(theirs.bytes(Bit::Body), columns, self.line_break, false);
        if !ours.bytes(Bit::Body).ends_with(b"\n") && text.ends_with(self.line_break.as_bytes()) {
            text.truncate(text.len() - self.line_break.len());
        }
        self.splices.replace(ours.range(Bit::Body), text);
    }

    fn remove(
        &mut self,
        three: &Three<'_, '_>,
        ours: &One<'_, '_>,
        sides: &Sides<'_>,
    ) -> Result<(), Unclear> {
        let base = three.base.ok_or(Unclear)?;
        let is_untouched =
            [Bit::Gap, Bit::Whole].iter().all(|bit| base.bare(*bit) == ours.bare(*bit));
        if !is_untouched {
            return Err(Unclear);
        }
        let entry = &ours.entry;
        if ours.opens_line() {
            self.splices.replace(entry.floor..entry.end, "");
            return Ok(());
        }
        crate::edit::remove::one(
            ours.side.lines,
            &sides.ours.level.parts,
            ours.place,
            &mut self.splices,
        )
    }

    /// Adds their entry after the one that stands before it on both sides.
    fn add(&mut self, key: &str, sides: &Sides<'_>, theirs: &One<'_, '_>) -> Result<(), Unclear> {
        let text = {
            let range = theirs.entry.floor..theirs.entry.end;
            let column = sides.ours.entry(0).ok_or(Unclear)?.column;
            let bytes = theirs.side.lines.part(range.start, range.end);
            let text =
                moved(bytes, (theirs.entry.column, column), self.line_break, theirs.opens_line());
            match theirs.opens_line() {
                true => text,
                false => [" ".repeat(column).into_bytes(), text].concat(),
            }
        };
        self.insert(key, sides, theirs, &text)
    }

    /// Inserts whole lines where an entry of theirs belongs.
    fn insert(
        &mut self,
        key: &str,
        sides: &Sides<'_>,
        theirs: &One<'_, '_>,
        text: &[u8],
    ) -> Result<(), Unclear> {
        let names = (0..theirs.place).rev().filter_map(|place| sides.theirs.name(key, place));
        let before = names.filter_map(|name| sides.ours.find(key, &name)).next();
        let first = sides.ours.entry(0).ok_or(Unclear)?;
        let lines = sides.ours.lines;
        match before.and_then(|place| sides.ours.entry(place)) {
            Some(before) => self.splices.insert_lines(lines, before.end, text),
            None if first.opens_line(lines) => {
                self.splices.insert_lines(lines, first.floor, text);
            }
            None => {
                let text = text.trim_ascii_start();
                let blanks = " ".repeat(first.column);
                self.splices.replace(first.start..first.start, [text, blanks.as_bytes()].concat());
            }
        }
        Ok(())
    }

    /// Puts what both sides changed in one place, as the mode says.
    pub(super) fn conflict(
        &mut self,
        key: &str,
        path: &FieldPath,
        sides: &Sides<'_>,
        three: &Three<'_, '_>,
    ) -> Result<(), Unclear> {
        let first = sides.ours.entry(0).ok_or(Unclear)?;
        let column = three.ours.map_or(first.column, |ours| ours.entry.column);
        let mut texts = Vec::new();
        for one in [three.base, three.ours, three.theirs] {
            texts.push(one.map(|one| self.full_lines(&one, three.ours, column)).transpose()?);
        }
        let text = self.block(&texts);
        match (three.ours, three.theirs) {
            (Some(ours), _) => {
                self.bring(three, Bit::Gap);
                let start = ours.side.lines.start(ours.entry.start).min(ours.entry.lead);
                self.splices.replace(start..ours.entry.end, text);
            }
            (None, Some(theirs)) => self.insert(key, sides, &theirs, &text)?,
            (None, None) => return Err(Unclear),
        }
        let value = |one: Option<One<'_, '_>>| {
            one.and_then(|one| Some(json(one.side.part(one.place)?).to_string()))
        };
        let (base, ours) = (value(three.base), value(three.ours));
        self.conflicts.push(Conflict {
            path: path.clone(),
            base,
            ours,
            theirs: value(three.theirs),
        });
        Ok(())
    }

    /// The whole lines of an entry, with the dash before it if ours has one.
    fn full_lines(
        &self,
        one: &One<'_, '_>,
        ours: Option<One<'_, '_>>,
        column: usize,
    ) -> Result<Vec<u8>, Unclear> {
        let opens_line = ours.is_none_or(|ours| ours.opens_line());
        if one.opens_line() != opens_line {
            return Err(Unclear);
        }
        let line = one.side.lines.start(one.entry.start).min(one.entry.lead);
        let bytes = one.side.lines.part(line, one.entry.end);
        Ok(moved(bytes, (one.entry.column, column), self.line_break, true))
    }

    fn block(&self, texts: &[Option<Vec<u8>>]) -> Vec<u8> {
        let text = |place: usize| texts.get(place).cloned().flatten().unwrap_or_default();
        match self.mode {
            Mode::Pick(Pick::Ours) => text(1),
            Mode::Pick(Pick::Theirs) => text(2),
            Mode::Markers { labels, size } => {
                let [base, ours, theirs] = [text(0), text(1), text(2)];
                super::markers::block([&base, &ours, &theirs], labels, size, self.line_break)
            }
        }
    }
}
