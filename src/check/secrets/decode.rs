//! Bytes as text, and base64.

use std::borrow::Cow;

/// The text to look at: UTF-16 becomes UTF-8, everything else stays as it is.
pub(super) fn text(content: &[u8]) -> Cow<'_, [u8]> {
    match content {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        [0, _, 0, _, ..] => Cow::Owned(utf16(content, u16::from_be_bytes)),
        [_, 0, _, 0, ..] => Cow::Owned(utf16(content, u16::from_le_bytes)),
        _ => Cow::Borrowed(content),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
    text.into_bytes()
}

/// The value of a character of base64, in the usual alphabet and the one for URLs.
pub(super) fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Decodes base64 up to its first other character, skipping white space.
pub(super) fn base64(encoded: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(encoded.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in encoded.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let Some(value) = sextet(*byte) else { break };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count).to_le_bytes()[0]);
            bits &= (1 << count) - 1;
        }
    }
    decoded
}

/// Whether bytes are text to a human: few of the first ones are control or invalid.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(192)];
    let odd = head.iter().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e)).count();
    !head.is_empty() && odd * 10 <= head.len()
}
