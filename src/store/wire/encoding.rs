//! Bytes as text: percent-encoded, and in base64.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const STRICT_PATH: &AsciiSet = &STRICT.remove(b'/');
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Percent-encodes everything that is not unreserved.
pub(in crate::store) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, STRICT).to_string()
}

/// Percent-encodes everything that is not unreserved, except `/`.
pub(in crate::store) fn encode_path(bytes: &[u8]) -> String {
    percent_encode(bytes, STRICT_PATH).to_string()
}

/// Bytes in base64, with padding.
pub(in crate::store) fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// The bytes that base64 with padding stands for.
pub(in crate::store) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let letters = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if !text.len().is_multiple_of(4) || letters.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::new();
    for chunk in letters.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            let letter = chunk.get(at).unwrap_or(&b'A');
            let value = LETTERS.iter().position(|known| known == letter)?;
            bits = bits << 6 | u32::try_from(value).ok()?;
        }
        bytes.extend(bits.to_be_bytes().iter().skip(1).take(chunk.len() - 1));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (text, expected) in cases {
            assert_eq!(base64(text.as_bytes()), expected);
            assert_eq!(from_base64(expected).as_deref(), Some(text.as_bytes()));
        }
    }

    #[test]
    fn what_is_no_base64() {
        for text in ["Z", "Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9\u{e9}", "Zm 9", "Zm9-"] {
            assert_eq!(from_base64(text), None, "{text}");
        }
    }

    #[test]
    fn everything_but_unreserved_bytes_is_encoded() {
        let cases: &[(&[u8], &str)] = &[
            (b"a/b c+d", "a/b%20c%2Bd"),
            (b"%2F", "%252F"),
            ("\u{e9}".as_bytes(), "%C3%A9"),
            (b"a//b/\n", "a//b/%0A"),
            (b"-._~", "-._~"),
            (b"?#&='\"*", "%3F%23%26%3D%27%22%2A"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(&encode_path(bytes), expected);
        }
        assert_eq!(encode(b"a/b"), "a%2Fb");
    }
}
