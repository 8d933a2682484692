//! Keys: the names that a store gives its objects.

use std::fmt;
use std::sync::Arc;

/// An object's name below the store's prefix: raw bytes, as the store spells them.
///
/// A key is never normalised. `a//b`, `dir/` and `dir` are three different keys.
/// The longest key of any supported service is 1,024 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<[u8]>);

impl Key {
    /// Makes a key from the bytes that a store uses.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().into())
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key as text, if it is valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Whether `self` is `parent/` or lies below it.
    pub fn is_below(&self, parent: &Key) -> bool {
        self.0.len() > parent.0.len()
            && self.0.starts_with(&parent.0)
            && self.0[parent.0.len()] == b'/'
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Shows a key so that it can stand in a terminal or a log: control bytes and
/// invalid UTF-8 are written as `\x1b`, everything else as it is.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Writes bytes with everything escaped that could drive a terminal or forge a line.
pub(crate) fn write_escaped(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() || is_bidi_control(character) {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    Ok(())
}

fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_is_by_component() {
        let parent = Key::from("a");
        for (key, below) in
            [("a/b", true), ("a/", true), ("a", false), ("ab", false), ("b/a", false)]
        {
            assert_eq!(Key::from(key).is_below(&parent), below, "{key}");
        }
    }

    #[test]
    fn display_cannot_drive_a_terminal() {
        let key = Key::new(b"a\x1b[31m\n\xff\xe2\x80\xaeb");
        assert_eq!(key.to_string(), r"a\u{1b}[31m\n\xff\u{202e}b");
    }
}
