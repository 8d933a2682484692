//! Secrets within base64, also where it is wrapped over several lines.

use super::text::{run, run_all};
use super::{Found, decode, find as find_plain};
use std::ops::Range;

/// The shortest base64 worth decoding: less holds no credential with its name.
const SHORTEST: usize = 24;

/// Decodes everything that could be base64 and looks into it.
pub(super) fn find(text: &[u8], depth: usize, found: &mut Vec<Found>) {
    let mut at = 0;
    while at < text.len() {
        let length = run_all(&text[at..], is_base64);
        // Only what starts readable is followed over its lines, so that each byte is seen once.
        if length < SHORTEST || !is_text(&text[at..at + length]) {
            at += length + 1;
            continue;
        }
        let whole = wrapped(text, at..at + length);
        found.extend(look(text, whole.clone(), depth));
        at = whole.end + 1;
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn is_text(encoded: &[u8]) -> bool {
    let head = &encoded[..encoded.len().min(300)];
    decode::is_readable(&decode::base64(head))
}

fn look(text: &[u8], range: Range<usize>, depth: usize) -> Option<Found> {
    let inner = find_plain(&decode::base64(&text[range.clone()]), depth + 1).into_iter().next()?;
    Some(Found { kind: inner.kind, range, field: inner.field })
}

/// Extends base64 over the lines that continue it.
fn wrapped(text: &[u8], first: Range<usize>) -> Range<usize> {
    let mut end = first.end;
    loop {
        let gap = run(text, end, |byte| matches!(byte, b'\r' | b'\\'));
        if text.get(end + gap) != Some(&b'\n') {
            return first.start..end;
        }
        let next = end + gap + run(text, end + gap, |byte| byte.is_ascii_whitespace());
        let length = run_all(text.get(next..).unwrap_or_default(), is_base64);
        let after = text.get(next + length).copied().unwrap_or(b'\n');
        let continues = length > 0 && matches!(after, b'\n' | b'\r' | b'=' | b'"' | b'\'' | b'\\');
        if !continues {
            return first.start..end;
        }
        end = next + length;
    }
}
