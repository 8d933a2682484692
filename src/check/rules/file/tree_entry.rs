//! `tree-entry`: trees that git or a file system could be tricked with.

use super::{Check, Problem, Rule};
use crate::check::subject::{EntryKind, REGULAR, TreeEntry};
use crate::model::{Key, Severity, TreePath, path};
use std::collections::{BTreeMap, HashMap};

pub(super) static RULE: Rule = Rule {
    id: "tree-entry",
    summary: "an entry of the tree is not a plain file under a plain name",
    explanation: "\
In the store's part of the tree there are ordinary files (mode 100644) and nothing else: no symbolic \
links, no submodules, no executables, no names that git or a file system takes for something else \
(.git in any spelling, .gitattributes and its like, . and .., device names, backslashes, control \
characters), no name twice, and none that differ by upper and lower case only. Such trees are made \
by attackers or by accident; they are refused before anything is made of their content.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Tree(check),
};

const TREE: u32 = 0o040_000;

fn check(entries: &[TreeEntry]) -> Vec<(TreePath, Problem)> {
    let mut problems = Vec::new();
    for entry in entries {
        let own = mode_problem(entry).into_iter().chain(name_problem(entry));
        problems.extend(own.map(|problem| (entry.path.clone(), problem)));
    }
    problems.extend(twice(entries));
    problems.extend(twins(entries));
    problems
}

fn mode_problem(entry: &TreeEntry) -> Option<Problem> {
    let (mode, kind) = (entry.mode, entry.kind);
    let (what, help) = match (mode, kind) {
        (REGULAR, EntryKind::Blob) | (TREE, EntryKind::Tree) => return None,
        (0o100_755 | 0o120_000, EntryKind::Blob) | (0o160_000, EntryKind::Commit)
            if !entry.is_in_store =>
        {
            return None;
        }
        (0o100_755, _) => ("an executable file", "git update-index --chmod=-x the file"),
        (0o120_000, _) => ("a symbolic link", "put the content itself there"),
        (0o160_000, _) => ("a submodule", "put the files themselves there"),
        (REGULAR | TREE, _) => ("not the kind of object that its mode says", "write the tree anew"),
        _ => ("of an odd mode", "write the tree anew, with mode 100644"),
    };
    Some(Problem::new(format!("the entry is {what} (mode {mode:06o})")).help(help))
}

fn name_problem(entry: &TreeEntry) -> Option<Problem> {
    let mut components = entry.path.components();
    let found = components.find_map(|component| reason(component, entry.is_in_store))?;
    let (severity, message) = found;
    Some(Problem::new(message).severity(severity).help("rename it, or leave it out of the tree"))
}

/// Why a component is no plain name.
fn reason(name: &[u8], is_in_store: bool) -> Option<(Severity, &'static str)> {
    let lower = name.to_ascii_lowercase();
    let message = match lower.as_slice() {
        b"" => "the entry has an empty name",
        b"." | b".." => "the entry is named '.' or '..'",
        _ if is_git(&lower) => "the entry's name is one that git takes for its own directory",
        _ if std::str::from_utf8(name).is_err() => "the entry's name is not UTF-8",
        _ if name.iter().any(u8::is_ascii_control) => "the entry's name holds control characters",
        _ if !is_in_store => return None,
        _ if lower.starts_with(b".git") || lower == b".mailmap" => {
            "the entry is a file that git obeys; here it would be data"
        }
        _ if name.contains(&b'\\') => {
            "the entry's name holds a backslash, which some systems take for '/'"
        }
        _ if is_rewritten(name) => {
            "the entry's name is one that some file system takes for something else"
        }
        _ if name.starts_with(b"-") => {
            return Some((Severity::Warning, "the entry's name begins with '-', like an option"));
        }
        _ if is_decomposed(name) => {
            return Some((
                Severity::Note,
                "the entry's name holds combining characters, which some systems write in another way",
            ));
        }
        _ => return None,
    };
    Some((Severity::Error, message))
}

/// `.git` in the spellings of NTFS and HFS+.
fn is_git(lower: &[u8]) -> bool {
    let text: String =
        String::from_utf8_lossy(lower).chars().filter(|c| !is_invisible(*c)).collect();
    let stem = text.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    matches!(stem, ".git" | "git~1")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Whether git-store would write the name in another way, apart from `%` itself.
fn is_rewritten(name: &[u8]) -> bool {
    let encoded = path::encode(&Key::new([b"x/", name].concat()), false).to_string();
    let plain = encoded.strip_prefix("x/").unwrap_or_default().replace("%25", "%");
    plain.as_bytes() != name
}

fn is_decomposed(name: &[u8]) -> bool {
    String::from_utf8_lossy(name).chars().any(|c| matches!(c, '\u{300}'..='\u{36f}'))
}

/// Paths that occur twice, and files below files.
fn twice(entries: &[TreeEntry]) -> Vec<(TreePath, Problem)> {
    let mut files: HashMap<&[u8], usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.kind != EntryKind::Tree) {
        *files.entry(entry.path.as_bytes()).or_default() += 1;
    }
    let mut problems = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let is_again = entries[..index].iter().rev().take(1).any(|last| last.path == entry.path)
            || (entry.kind != EntryKind::Tree
                && files.get(entry.path.as_bytes()).is_some_and(|count| *count > 1));
        let is_folder_too =
            entry.kind == EntryKind::Tree && files.contains_key(entry.path.as_bytes());
        let message = if is_again {
            "the tree holds this path twice"
        } else if is_folder_too || is_below_file(&files, &entry.path) {
            "the tree holds a file and a folder of one name"
        } else {
            continue;
        };
        problems.push((entry.path.clone(), Problem::new(message).help("write the tree anew")));
    }
    problems
}

fn is_below_file(files: &HashMap<&[u8], usize>, path: &TreePath) -> bool {
    let bytes = path.as_bytes();
    (1..bytes.len()).any(|at| bytes[at] == b'/' && files.contains_key(&bytes[..at]))
}

/// Paths and folders that differ by upper and lower case only.
fn twins(entries: &[TreeEntry]) -> Vec<(TreePath, Problem)> {
    let mut seen: BTreeMap<String, TreePath> = BTreeMap::new();
    let mut problems = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.is_in_store) {
        let bytes = entry.path.as_bytes();
        let ends = (1..=bytes.len()).filter(|at| *at == bytes.len() || bytes[*at] == b'/');
        for end in ends {
            let part = TreePath::new(&bytes[..end]);
            let first = seen.entry(folded(&bytes[..end])).or_insert_with(|| part.clone());
            if *first != part {
                let message = format!("'{part}' and '{first}' are one name to some file systems");
                problems.entry(part).or_insert_with(|| {
                    Problem::new(message).severity(Severity::Warning).help("rename one of them")
                });
            }
        }
    }
    problems.into_iter().collect()
}

fn folded(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_lowercase()
}
