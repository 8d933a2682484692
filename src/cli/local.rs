//! Ports that only a real computer has: randomness, and a cache in files.

use crate::model::Failpoint;
use crate::ops::{Cache, Entropy};
use std::fs;
use std::path::PathBuf;

/// Randomness of the operating system.
#[derive(Debug, Clone, Copy)]
pub struct RandomEntropy;

impl Entropy for RandomEntropy {
    fn bytes(&self) -> [u8; 16] {
        rand::random()
    }
}

/// A directory of small files that may be deleted at any time.
#[derive(Debug)]
pub struct FileCache {
    directory: PathBuf,
}

impl FileCache {
    /// A cache in a directory, which is made when something is written.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }
}

impl Cache for FileCache {
    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.directory.join(name)).ok()
    }

    fn write(&self, name: &str, content: &str) {
        let written = fs::create_dir_all(&self.directory).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
            std::io::Write::write_all(&mut file, content.as_bytes())?;
            Failpoint::CacheWritten.reach();
            file.persist(self.directory.join(name))?;
            Ok(())
        });
        if let Err(error) = written {
            tracing::debug!(%error, name, "a cache file was not written");
        }
    }
}
