//! Lets git merge the YAML of a store by structure: its setting, and which files it is for.

use super::GitError;
use super::attributes::{append_rules, pattern};
use super::command::Git;
use super::durable::io_error;
use super::libgit::LibgitRepository;

/// The name of the driver in git's configuration and attributes.
pub const DRIVER: &str = "git-store";

/// What git runs. Where git-store is not on PATH, git's own merge of lines does it: without it,
/// git would leave one side's file in place of a merge. An older git leaves `%S`, `%X` and `%Y`
/// as they are.
const COMMAND: &str = "if command -v git-store >/dev/null; then \
git store merge-driver --marker-size %L --base-label %S --our-label %X --their-label %Y -- \
%O %A %B %P; else git merge-file --marker-size=%L %A %O %B; fi";

/// Files that kops reads as its objects, below the store's directory.
const FILES: &[&str] = &["config", "instancegroup/*", "clusteraddons/*"];

impl LibgitRepository {
    /// Lets git merge the configuration in this clone by structure, below `directory`;
    /// everywhere, if that is empty. What a person has set for the driver stays.
    ///
    /// # Errors
    /// What git says, or when `info/attributes` cannot be read or written.
    pub fn install_merge_driver(&self, directory: &str) -> Result<(), GitError> {
        let rules: Vec<String> = FILES
            .iter()
            .map(|files| format!("{} merge={DRIVER}", pattern(directory, files)))
            .collect();
        append_rules(&self.common_directory().join("info"), &rules)
            .map_err(io_error("writing info/attributes"))?;
        let git = Git::at(self.git_directory());
        let key = format!("merge.{DRIVER}.driver");
        if git.settings(&key)?.is_empty() {
            git.set(&format!("merge.{DRIVER}.name"), "YAML by structure")?;
            git.set(&key, COMMAND)?;
        }
        Ok(())
    }
}
