//! Entries that both sides changed, each in its own way.

use super::bits::{Bit, One, Three};
use super::carry::{Carrier, Mode, Sides};
use super::decide::Pick;
use super::side::moved;
use super::{Conflict, markers};
use crate::edit::FieldPath;
use crate::edit::layout::Unclear;
use crate::edit::source::json;

impl Carrier<'_> {
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
                markers::block([&base, &ours, &theirs], labels, size, self.line_break)
            }
        }
    }
}
