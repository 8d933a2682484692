//! Text with its secrets made unreadable, for showing.

use super::{SecretHit, decode, scan};

/// The text of a file with every secret replaced by `*`, character by character, so that lines
/// and columns stay as they are.
pub fn mask(content: &[u8]) -> String {
    let mut text = decode::text(content).into_owned();
    for hit in scan(content) {
        blacken(&mut text, &hit);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn blacken(text: &mut Vec<u8>, hit: &SecretHit) {
    // One star a character: continuation bytes of a character become nothing only at the end,
    // so they are stars as well; columns behind a secret in other letters than ASCII may shift.
    for byte in &mut text[hit.range.clone()] {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b'*';
        }
    }
}

impl SecretHit {
    /// The secret within the content that was scanned, to strike it out elsewhere.
    pub(in crate::check) fn text(&self, content: &[u8]) -> String {
        let text = decode::text(content);
        String::from_utf8_lossy(text.get(self.range.clone()).unwrap_or_default()).into_owned()
    }
}
