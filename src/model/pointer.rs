//! Pointers: what git holds in place of an object whose content must stay in the store.
//!
//! A pointer says that the object exists, why it is not in git, and when it changed; nothing
//! from which its content could be guessed (no size, no digest, no e-tag).

use super::object::Timestamp;
use chrono::SecondsFormat;

/// The first line of every pointer.
const HEADER: &str = "git-store pointer 1";

/// Why an object's content is not in git.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Its class is private keys.
    Keys,
    /// Its class is secrets.
    Secret,
    /// Its content looks like a credential.
    Unclean,
    /// It is larger than what is kept in git.
    Large,
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Secret => "secret",
            Self::Unclean => "credential-found",
            Self::Large => "large",
        }
    }
}

/// Writes a pointer: the same bytes for the same reason and time.
pub fn write(reason: Reason, modified: Timestamp) -> String {
    format!(
        "{HEADER}\nreason: {}\nchanged: {}\n",
        reason.word(),
        modified.to_rfc3339_opts(SecondsFormat::Secs, true)
    )
}

/// Whether a file is a pointer.
pub fn is_pointer(content: &[u8]) -> bool {
    content.starts_with(HEADER.as_bytes()) && content.get(HEADER.len()) == Some(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_recognised() {
        let pointer = write(Reason::Keys, chrono::DateTime::UNIX_EPOCH);
        assert_eq!(pointer, "git-store pointer 1\nreason: keys\nchanged: 1970-01-01T00:00:00Z\n");
        assert!(is_pointer(pointer.as_bytes()));
        assert!(!is_pointer(b"git-store pointer 10\n"));
        assert!(!is_pointer(b"kind: Cluster\n"));
    }
}
