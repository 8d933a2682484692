//! What a tree may hold that no state store can: reported by name, before anything reads it.
//!
//! `receive.fsckObjects` stops about half of this; the rest git takes by default.

use super::GitError;
use super::libgit::LibgitRepository;
use super::raw_tree::{self, DIRECTORY, GITLINK, RawEntry, SYMLINK};
use super::walk::{self, LONGEST_PATH};
use super::TreeEntry;
use crate::model::{ObjectId, TreePath, path};
use std::collections::{BTreeMap, HashSet};
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
    /// A path of more than 4096 bytes.
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
            Self::TooLong => "a path of more than 4096 bytes",
            Self::Disorder => "a directory in disorder",
            Self::Malformed => "a directory that cannot be read",
        };
        f.write_str(text)
    }
}

impl LibgitRepository {
    /// What is hostile in a tree and is not, just so, in one of the trees before it.
    /// `budget` bounds how many entries are looked at, and is reduced by them.
    ///
    /// # Errors
    /// [`GitError::Unsupported`] when the budget is spent, [`GitError::Damaged`] when a tree is
    /// missing.
    pub fn hostile_entries(
        &self,
        before: &[ObjectId],
        tree: ObjectId,
        budget: &mut usize,
    ) -> Result<Vec<HostileEntry>, GitError> {
        let odb = self.odb()?;
        let mut scan = Scan { odb: &odb, path: Vec::new(), found: Vec::new(), budget };
        scan.directory(before, tree)?;
        scan.found.sort();
        scan.found.dedup();
        Ok(scan.found)
    }
}

struct Scan<'a> {
    odb: &'a git2::Odb<'a>,
    path: Vec<u8>,
    found: Vec<HostileEntry>,
    budget: &'a mut usize,
}

impl Scan<'_> {
    fn directory(&mut self, before: &[ObjectId], tree: ObjectId) -> Result<(), GitError> {
        let data = walk::read(self.odb, tree, git2::ObjectType::Tree)?;
        let Ok(entries) = raw_tree::parse(&data) else {
            self.report(HostileKind::Malformed);
            return Ok(());
        };
        if raw_tree::parse_ordered(&data).is_err() {
            self.report(HostileKind::Disorder);
        }
        let known = self.known(before)?;
        let twins = Twins::of(&entries);
        for entry in &entries {
            *self.budget = self.budget.checked_sub(1).ok_or_else(too_much)?;
            let same = known.get(&(entry.mode, entry.name.as_slice()));
            if !same.is_some_and(|ids| ids.contains(&entry.id)) {
                let below = if entry.is_directory() { same.map_or(&[][..], Vec::as_slice) } else { &[] };
                self.entry(entry, &twins, below)?;
            }
        }
        Ok(())
    }

    /// Entries of the directories before this one; what cannot be read there knows nothing.
    fn known(&self, before: &[ObjectId]) -> Result<Known, GitError> {
        let mut known = Known::default();
        for tree in before {
            let data = walk::read(self.odb, *tree, git2::ObjectType::Tree)?;
            for entry in raw_tree::parse(&data).unwrap_or_default() {
                known.entry(entry.mode, entry.name).push(entry.id);
            }
        }
        Ok(known)
    }

    fn entry(
        &mut self,
        entry: &RawEntry,
        twins: &Twins,
        below: &[ObjectId],
    ) -> Result<(), GitError> {
        let length = self.path.len();
        if length > 0 {
            self.path.push(b'/');
        }
        self.path.extend(&entry.name);
        let is_too_long = self.path.len() > LONGEST_PATH;
        if is_too_long {
            self.report(HostileKind::TooLong);
        }
        mode_kind(entry.mode).into_iter().for_each(|kind| self.report(kind));
        name_kinds(&entry.name).into_iter().for_each(|kind| self.report(kind));
        twins.kinds(entry).into_iter().for_each(|kind| self.report(kind));
        if entry.is_directory() && !is_too_long {
            self.directory(below, entry.id)?;
        }
        self.path.truncate(length);
        Ok(())
    }

    fn report(&mut self, kind: HostileKind) {
        self.found.push(HostileEntry { path: TreePath::new(&self.path), kind });
    }
}

/// What stood at a mode and name before.
#[derive(Default)]
struct Known(BTreeMap<Vec<u8>, Vec<(u32, Vec<ObjectId>)>>);

impl Known {
    fn entry(&mut self, mode: u32, name: Vec<u8>) -> &mut Vec<ObjectId> {
        let modes = self.0.entry(name).or_default();
        let place = modes.iter().position(|(known, _)| *known == mode).unwrap_or_else(|| {
            modes.push((mode, Vec::new()));
            modes.len() - 1
        });
        &mut modes[place].1
    }

    fn get(&self, (mode, name): &(u32, &[u8])) -> Option<&Vec<ObjectId>> {
        let modes = self.0.get(*name)?;
        modes.iter().find(|(known, _)| known == mode).map(|(_, ids)| ids)
    }
}

/// Names of a directory that some system takes for one another.
struct Twins {
    folded: BTreeMap<String, HashSet<Vec<u8>>>,
    files: BTreeMap<Vec<u8>, usize>,
    directories: BTreeMap<Vec<u8>, usize>,
}

impl Twins {
    fn of(entries: &[RawEntry]) -> Self {
        let (mut files, mut directories) = (BTreeMap::new(), BTreeMap::new());
        let mut folded: BTreeMap<String, HashSet<Vec<u8>>> = BTreeMap::new();
        for entry in entries {
            let names = if entry.is_directory() { &mut directories } else { &mut files };
            *names.entry(entry.name.clone()).or_default() += 1;
            folded.entry(fold(&entry.name)).or_default().insert(entry.name.clone());
        }
        Self { folded, files, directories }
    }

    fn kinds(&self, entry: &RawEntry) -> Vec<HostileKind> {
        let count = |names: &BTreeMap<Vec<u8>, usize>| names.get(&entry.name).copied().unwrap_or(0);
        let (files, directories) = (count(&self.files), count(&self.directories));
        let twins = self.folded.get(&fold(&entry.name)).map_or(0, HashSet::len);
        let checks = [
            (files > 1 || directories > 1, HostileKind::Duplicate),
            (files > 0 && directories > 0, HostileKind::FileAndDirectory),
            (twins > 1, HostileKind::CaseTwin),
        ];
        checks.into_iter().filter(|(holds, _)| *holds).map(|(_, kind)| kind).collect()
    }
}

fn fold(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_uppercase().to_lowercase()
}

fn mode_kind(mode: u32) -> Option<HostileKind> {
    match mode {
        TreeEntry::REGULAR | DIRECTORY => None,
        SYMLINK => Some(HostileKind::Symlink),
        GITLINK => Some(HostileKind::Gitlink),
        0o100_755 => Some(HostileKind::Executable),
        odd => Some(HostileKind::OddMode(odd)),
    }
}

fn name_kinds(name: &[u8]) -> Vec<HostileKind> {
    let text = String::from_utf8_lossy(name);
    let lower = text.to_ascii_lowercase();
    let any = |test: fn(char) -> bool| text.chars().any(test);
    let is_directory = path::is_git_directory(name);
    let is_settings =
        matches!(&*lower, ".gitattributes" | ".gitignore" | ".gitmodules" | ".mailmap");
    let ends_oddly = matches!(name.last(), Some(b'.' | b' '));
    let is_reserved = path::is_reserved_name(name) || ends_oddly;
    let checks = [
        (name.is_empty(), HostileKind::EmptyName),
        (is_directory, HostileKind::GitDirectory),
        (is_settings, HostileKind::GitSettings),
        (is_reserved && !is_directory && !is_settings, HostileKind::ReservedName),
        (any(|c| matches!(c, '/' | '\\')), HostileKind::Separator),
        (any(char::is_control), HostileKind::Control),
        (any(is_invisible), HostileKind::Invisible),
        (std::str::from_utf8(name).is_err(), HostileKind::NotUtf8),
        (name.starts_with(b"-"), HostileKind::OptionLike),
        (any(is_combining), HostileKind::Decomposed),
    ];
    checks.into_iter().filter(|(holds, _)| *holds).map(|(_, kind)| kind).collect()
}

fn is_invisible(character: char) -> bool {
    path::is_invisible_to_hfs(character)
        || matches!(character, '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}')
}

/// Marks that have a composed form with the letter before them.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{1100}'..='\u{11ff}')
}

fn too_much() -> GitError {
    GitError::Unsupported {
        what: "a push with so many new files".into(),
        way_out: "push it in several steps".into(),
    }
}
