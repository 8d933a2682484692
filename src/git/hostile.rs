//! What a tree may hold that no state store can: reported by name, before anything reads it.
//!
//! `receive.fsckObjects` stops about half of this; the rest git takes by default.

use crate::model::TreePath;
use std::fmt;

/// An entry that came with a new commit and must not be in a state store.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HostileEntry {
    /// Its path, with the bytes as found.
    pub path: TreePath,
    /// What is wrong with it.
    pub kind: HostileKind,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HostileKind {
    /// A symbolic link.
    Symlink,
    /// A commit of another repository.
    Gitlink,
    /// A file with the executable bit.
    Executable,
    /// A mode that git itself never writes.
    OddMode(u32),
    /// A name without a byte.
    EmptyName,
    /// `.`, `..` or `.git`, in a spelling that some system takes for it.
    GitDirectory,
    /// `.gitattributes` and its like, which tell git what to do. Harmless where the
    /// repository's own files are; never in what is mirrored to a store.
    GitSettings,
    /// A name that some system keeps for a device, or ends differently.
    ReservedName,
    /// A `/` or `\` in a name.
    Separator,
    /// A control character, such as a line feed.
    Control,
    /// A character that cannot be seen or that turns the direction of writing.
    Invisible,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A name that begins with `-`, as options do.
    OptionLike,
    /// The same name twice in a directory.
    Duplicate,
    /// A file and a directory of the same name.
    FileAndDirectory,
    /// A name that differs from another only in case.
    CaseTwin,
    /// A letter and its accent as two characters: some systems take it for the one character.
    Decomposed,
    /// A path of more than 4096 bytes or 1024 names.
    TooLong,
    /// A directory whose entries are not in git's order.
    Disorder,
    /// A directory that cannot be read.
    Malformed,
}

impl fmt::Display for HostileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Symlink => "a symbolic link",
            Self::Gitlink => "a submodule",
            Self::Executable => "an executable file",
            Self::OddMode(mode) => return write!(f, "a file of mode {mode:o}"),
            Self::EmptyName => "an empty name",
            Self::GitDirectory => "a name that can stand for '.', '..' or '.git'",
            Self::GitSettings => "a file with settings for git",
            Self::ReservedName => "a name that some systems reserve",
            Self::Separator => "a slash or backslash in a name",
            Self::Control => "a control character in a name",
            Self::Invisible => "an invisible character in a name",
            Self::NotUtf8 => "a name that is not UTF-8",
            Self::OptionLike => "a name that looks like an option",
            Self::Duplicate => "the same name twice",
            Self::FileAndDirectory => "a file and a directory of the same name",
            Self::CaseTwin => "a name that differs from another only in case",
            Self::Decomposed => "a letter and its accent as two characters",
            Self::TooLong => "a path that is too long or too deep",
            Self::Disorder => "a directory in disorder",
            Self::Malformed => "a directory that cannot be read",
        };
        f.write_str(text)
    }
}
