//! Byte ranges as lines and columns.

use super::{Found, SecretHit};
use crate::model::Span;
use std::ops::Range;

/// Says where each secret stands. The secrets are sorted.
pub(super) fn locate(text: &[u8], found: Vec<Found>) -> Vec<SecretHit> {
    let mut cursor = Cursor { text, at: 0, line: 1, column: 1 };
    found
        .into_iter()
        .map(|one| SecretHit {
            kind: one.kind,
            span: cursor.span(&one.range),
            field: one.field,
            range: one.range,
        })
        .collect()
}

/// A place that only moves forward, so that many secrets cost one pass.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    fn span(&mut self, range: &Range<usize>) -> Span {
        let (line, column) = self.advance(range.start);
        let (end_line, end_column) = self.advance(range.end);
        Span { line, column, end_line, end_column }
    }

    fn advance(&mut self, to: usize) -> (usize, usize) {
        for byte in &self.text[self.at..to] {
            match byte {
                b'\n' => (self.line, self.column) = (self.line + 1, 1),
                // Bytes that continue a character.
                0x80..=0xbf => {}
                _ => self.column += 1,
            }
        }
        self.at = to;
        (self.line, self.column)
    }
}
