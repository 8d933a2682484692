//! Reflogs, also where git itself keeps none: in bare repositories and for `refs/store/`.

use super::pack::SIGNATURE;
use crate::model::{ObjectId, RefEdit};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A log before its ref moves.
pub(super) struct Reflog {
    path: PathBuf,
    length: u64,
}

impl Reflog {
    /// Looks at the log of a ref.
    pub(super) fn before(common: &Path, name: &str) -> Self {
        let path = common.join("logs").join(name);
        let length = length(&path);
        Self { path, length }
    }

    /// Writes the line of a move that was made, unless libgit2 has written one.
    pub(super) fn after(self, edit: &RefEdit) -> io::Result<()> {
        if length(&self.path) > self.length {
            return Ok(());
        }
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        file.write_all(line(edit).as_bytes())
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn line(edit: &RefEdit) -> String {
    let old = edit.expected.unwrap_or(ObjectId::new([0; 20]));
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since_epoch.map_or(0, |duration| duration.as_secs());
    let reason = edit.reason.replace(['\n', '\r', '\0'], " ");
    format!("{old} {} {SIGNATURE} {seconds} +0000\t{reason}\n", edit.new)
}
