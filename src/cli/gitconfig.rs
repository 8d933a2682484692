//! git's configuration, as far as it is about stores.

use super::error::CliError;
use crate::git::{Git, LibgitRepository, Setting};

/// A repository, with what git's configuration says of its stores. It is read once a command:
/// every reading is a process.
pub struct Configured {
    /// The repository.
    pub repository: LibgitRepository,
    /// Every remote's URL and everything below `store.`, the last value of a key last.
    pub settings: Vec<Setting>,
}

impl Configured {
    /// Reads the configuration of a repository.
    pub fn read(repository: LibgitRepository) -> Result<Self, CliError> {
        let git = Git::at(repository.git_directory());
        let settings = git.settings_matching(r"^(remote\..*\.url|store\..*)$")?;
        Ok(Self { repository, settings })
    }
}
