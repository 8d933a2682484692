//! Text with its secrets made unreadable, for showing.

use super::{SecretHit, decode, scan};

/// The text of a file with every secret replaced by `*`, character by character, so that lines
/// and columns stay as they are.
pub fn mask(content: &[u8]) -> String {
    let text = decode::text(content);
    let mut masked = Vec::with_capacity(text.len());
    let mut done = 0;
    for hit in scan(content) {
        masked.extend_from_slice(&text[done..hit.range.start]);
        masked.extend(text[hit.range.clone()].iter().filter_map(|byte| star(*byte)));
        done = hit.range.end;
    }
    masked.extend_from_slice(&text[done..]);
    String::from_utf8_lossy(&masked).into_owned()
}

/// One star a character: bytes that continue a character become nothing.
fn star(byte: u8) -> Option<u8> {
    match byte {
        b'\n' | b'\r' => Some(byte),
        0x80..=0xbf => None,
        _ => Some(b'*'),
    }
}

impl SecretHit {
    /// The secret within the content that was scanned, to strike it out elsewhere.
    pub(in crate::check) fn text(&self, content: &[u8]) -> String {
        let text = decode::text(content);
        String::from_utf8_lossy(text.get(self.range.clone()).unwrap_or_default()).into_owned()
    }
}
