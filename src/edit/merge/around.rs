//! Their comments and their spelling, brought to entries that both sides have.

use super::bits::{Bit, One, Three, bare, end_of};
use super::carry::{Carrier, Sides};
use super::side::{Side, moved};
use crate::edit::layout::Unclear;

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

    pub(super) fn bring_all(&mut self, three: &Three<'_, '_>, bits: &[Bit]) -> bool {
        let mut is_done = true;
        for bit in bits {
            is_done &= self.bring(three, *bit);
        }
        is_done
    }

    /// Brings a part of their lines where only they changed it. False if both sides did.
    pub(super) fn bring(&mut self, three: &Three<'_, '_>, bit: Bit) -> bool {
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

    pub(super) fn moved(&self, one: &One<'_, '_>, bit: Bit, column: usize) -> Vec<u8> {
        moved(one.bytes(bit), (one.entry.column, column), self.line_break, one.opens_line())
    }
}
