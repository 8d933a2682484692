//! Entries that become theirs: new, changed or removed.

use super::bits::{Bit, One, Three};
use super::carry::{Carrier, Sides};
use super::side::moved;
use crate::edit::layout::Unclear;
use crate::edit::remove;

impl Carrier<'_> {
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
    pub(super) fn body(&mut self, ours: &One<'_, '_>, theirs: &One<'_, '_>) {
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
        remove::one(ours.side.lines, &sides.ours.level.parts, ours.place, &mut self.splices)
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
    pub(super) fn insert(
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
}
