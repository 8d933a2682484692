//! git's configuration, as far as it is about stores.

use super::error::CliError;
use crate::git::Git;

/// One value of git's configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigEntry {
    /// The key, lower-case but for the middle part.
    pub key: String,
    /// The value.
    pub value: String,
    /// Where it is set, such as `file:.git/config`.
    pub origin: String,
}

/// Reads every remote's URL and everything below `store.`, the last value of a key last.
pub fn read(git: &Git) -> Result<Vec<ConfigEntry>, CliError> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in git.settings_matching(r"^(remote\..*\.url|store\..*)$")? {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut entries = Vec::new();
    for key in names {
        for setting in git.settings(&key)? {
            let (value, origin) = (setting.value, setting.origin);
            entries.push(ConfigEntry { key: key.clone(), value, origin });
        }
    }
    Ok(entries)
}
