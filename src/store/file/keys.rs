//! Keys as paths below a directory, and which names there are not keys.

use super::errors;
use crate::model::Key;
use crate::store::{SCRATCH_PREFIX, StoreError};

/// Where files are held while they are written; never in a cluster's directories.
pub(super) const HOLDING: &str = ".git-store-tmp";

/// The longest name of a file that file systems take.
const LONGEST_NAME: usize = 255;
/// The longest key that any service takes.
const LONGEST_KEY: usize = 1024;

/// A key that a directory can hold.
#[derive(Clone, Debug)]
pub(super) struct KeyPath {
    key: Key,
}

impl KeyPath {
    /// Checks a key.
    ///
    /// # Errors
    /// [`StoreError::Key`] says why a directory cannot hold it.
    pub(super) fn parse(key: &Key) -> Result<Self, StoreError> {
        match unfit(key.as_bytes()) {
            Some(reason) => Err(errors::key(key, reason)),
            None => Ok(Self { key: key.clone() }),
        }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// The names of the directories above the file.
    pub(super) fn parents(&self) -> Vec<&[u8]> {
        let mut components = self.components();
        components.pop();
        components
    }

    /// The file's own name.
    pub(super) fn name(&self) -> &[u8] {
        self.components().pop().unwrap_or_default()
    }

    fn components(&self) -> Vec<&[u8]> {
        self.key.as_bytes().split(|byte| *byte == b'/').collect()
    }
}

fn unfit(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("it is empty");
    }
    if bytes.len() > LONGEST_KEY {
        return Some("it is longer than 1,024 bytes");
    }
    if bytes.contains(&0) {
        return Some("a directory cannot hold a NUL in a name");
    }
    let components: Vec<&[u8]> = bytes.split(|byte| *byte == b'/').collect();
    if components.iter().any(|name| matches!(*name, b"" | b"." | b"..")) {
        return Some("a directory cannot hold an empty, '.' or '..' component");
    }
    if components.iter().any(|name| name.len() > LONGEST_NAME) {
        return Some("a directory cannot hold a name of more than 255 bytes");
    }
    if components[0] == HOLDING.as_bytes() {
        return Some("the directory is used while files are written");
    }
    components
        .last()
        .is_some_and(|name| is_kops_temporary(name))
        .then_some("kops names its temporary files so")
}

/// Whether a name is one that kops gives a file while it writes it: `tmp` and 5 to 10 digits.
pub(super) fn is_kops_temporary(name: &[u8]) -> bool {
    name.strip_prefix(b"tmp")
        .is_some_and(|rest| (5..=10).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit))
}

/// Whether a name directly below the root is never part of a listing.
pub(super) fn is_hidden_at_root(name: &[u8]) -> bool {
    name == HOLDING.as_bytes() || name == SCRATCH_PREFIX.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_directory_can_hold() {
        let long = "x".repeat(256);
        let deep = "x/".repeat(512) + "x";
        let unfit = [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "a/..",
            "../a",
            "a\0b",
            &long,
            &deep,
            ".git-store-tmp/x",
            "a/instancegroup/tmp1234567",
            "tmp12345",
        ];
        for key in unfit {
            assert!(KeyPath::parse(&Key::from(key)).is_err(), "{key:?}");
        }
        let fit = [
            "a",
            "a/.git/config",
            "tmp1234",
            "tmp12345678901",
            "tmp12345/x",
            "...",
            "a/.git-store-tmp",
        ];
        for key in fit {
            assert!(KeyPath::parse(&Key::from(key)).is_ok(), "{key:?}");
        }
    }

    #[test]
    fn a_key_splits_into_directories_and_a_name() {
        let path = KeyPath::parse(&Key::from("a/b/c")).expect("a fit key");
        assert_eq!((path.parents(), path.name()), (vec![&b"a"[..], b"b"], &b"c"[..]));
    }
}
