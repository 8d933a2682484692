//! Names and modes that are hostile by themselves, and names that are so together.

use super::TreeEntry;
use super::hostile::HostileKind;
use super::raw_tree::{DIRECTORY, GITLINK, RawEntry, SYMLINK};
use crate::model::path;
use std::collections::{BTreeMap, HashSet};

/// Names of a directory that some system takes for one another.
pub(super) struct Twins {
    folded: BTreeMap<String, HashSet<Vec<u8>>>,
    files: BTreeMap<Vec<u8>, usize>,
    directories: BTreeMap<Vec<u8>, usize>,
}

impl Twins {
    pub(super) fn of(entries: &[RawEntry]) -> Self {
        let (mut files, mut directories) = (BTreeMap::new(), BTreeMap::new());
        let mut folded: BTreeMap<String, HashSet<Vec<u8>>> = BTreeMap::new();
        for entry in entries {
            let names = if entry.is_directory() { &mut directories } else { &mut files };
            *names.entry(entry.name.clone()).or_default() += 1;
            folded.entry(fold(&entry.name)).or_default().insert(entry.name.clone());
        }
        Self { folded, files, directories }
    }

    pub(super) fn kinds(&self, entry: &RawEntry) -> Vec<HostileKind> {
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

pub(super) fn mode_kind(mode: u32) -> Option<HostileKind> {
    match mode {
        TreeEntry::REGULAR | DIRECTORY => None,
        SYMLINK => Some(HostileKind::Symlink),
        GITLINK => Some(HostileKind::Gitlink),
        0o100_755 => Some(HostileKind::Executable),
        odd => Some(HostileKind::OddMode(odd)),
    }
}

pub(super) fn name_kinds(name: &[u8]) -> Vec<HostileKind> {
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
        || matches!(
            character,
            '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}'
        )
}

/// Marks that have a composed form with the letter before them.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{1100}'..='\u{11ff}')
}
