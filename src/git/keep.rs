//! Keeps a new pack from `git gc` until a ref leads to it.

use super::pack_file::temporary;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What the file says before the number of its process.
const MARK: &str = "git-store ";

/// A `.keep` file beside a pack; it goes when this is dropped.
#[derive(Debug)]
pub(super) struct Keep(PathBuf);

impl Keep {
    /// For the pack of this path, with or without its suffix.
    pub(super) fn beside(pack: &Path) -> io::Result<Self> {
        let path = pack.with_extension("keep");
        let directory = pack.parent().unwrap_or(Path::new(""));
        // Renamed when it is complete: one without a number would stay for ever.
        let mut file = temporary(directory, ".keep")?;
        file.write_all(format!("{MARK}{}\n", std::process::id()).as_bytes())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(Self(path))
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::debug!(path = %self.0.display(), %error, "a .keep file stays");
        }
    }
}

/// The process that left a `.keep` file, if it is one of ours.
pub(super) fn owner(path: &Path) -> Option<i32> {
    if path.extension()? != "keep" {
        return None;
    }
    fs::read_to_string(path).ok()?.strip_prefix(MARK)?.trim().parse().ok()
}
