//! What git does with the files of a store: no byte changes between objects and the work tree.

use super::GitError;
use super::durable::io_error;
use super::libgit::LibgitRepository;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// The first line of what is ours.
const MARK: &str = "# git-store";

/// No line ends are converted, whatever `core.autocrlf` says; no `$Id$` is filled in; no
/// filter runs; nothing is recoded.
const ATTRIBUTES: &str = "-text -ident -filter -working-tree-encoding";

impl LibgitRepository {
    /// Keeps git from changing bytes between objects and the work tree of this clone, below
    /// `directory`; everywhere, if that is empty.
    ///
    /// `info/attributes` outranks every `.gitattributes`, also one that lies in the store, and
    /// every setting of line ends. It concerns this clone only. Diff and merge attributes are
    /// not touched.
    ///
    /// `false`: it was so before.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn pin_bytes(&self, directory: &str) -> Result<bool, GitError> {
        let rule = format!("{} {ATTRIBUTES}", pattern(directory, ""));
        append_rules(&self.common_directory().join("info"), &[rule])
            .map_err(io_error("writing info/attributes"))
    }
}

/// A pattern of gitattributes for files at any depth below a directory of the tree; all of them,
/// if `files` is empty. What is special in the directory's name is escaped.
pub(super) fn pattern(directory: &str, files: &str) -> String {
    if directory.is_empty() {
        return if files.is_empty() { "*".to_owned() } else { format!("**/{files}") };
    }
    let below = if files.is_empty() { String::new() } else { format!("/{files}") };
    let mut pattern = String::new();
    for character in directory.chars() {
        // Once for the pattern, once for the quotes around it.
        match character {
            '*' | '?' | '[' => pattern += &format!("\\\\{character}"),
            '"' => pattern += "\\\"",
            other => pattern.push(other),
        }
    }
    format!("\"/{pattern}/**{below}\"")
}

/// Adds rules to the attributes of a clone. `false`: all of them were there.
pub(super) fn append_rules(directory: &Path, rules: &[String]) -> io::Result<bool> {
    fs::create_dir_all(directory)?;
    let path = directory.join("attributes");
    let old = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    let missing = rules.iter().filter(|rule| !old.lines().any(|line| line == *rule));
    let missing: String = missing.map(|rule| format!("{rule}\n")).collect();
    if missing.is_empty() {
        return Ok(false);
    }
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    // Ours stands first, so that what the person wrote there still counts more.
    write!(file, "{MARK}\n{missing}{old}{gap}")?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| true).map_err(|error| error.error)
}
