//! git's settings, each with where it comes from.

use super::GitError;
use super::command::Git;

/// A setting's value, and where it is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The key, lower-case but for the middle part.
    pub key: String,
    /// The value as written.
    pub value: String,
    /// `system`, `global`, `local`, `worktree` or `command`.
    pub scope: String,
    /// Where it was read, such as `file:.git/config`.
    pub origin: String,
}

impl Git {
    /// All values of a setting, the last of which counts.
    ///
    /// # Errors
    /// What git says.
    pub fn settings(&self, key: &str) -> Result<Vec<Setting>, GitError> {
        let arguments = ["--null", "--show-scope", "--show-origin", "--get-all"];
        let fields = self.config(&[&arguments[..], &["--end-of-options", key]].concat())?;
        Ok(fields.chunks_exact(3).map(|fields| setting(fields, key, &fields[2])).collect())
    }

    /// The settings whose key matches a regular expression, in git's order: the last value of
    /// a key counts.
    ///
    /// # Errors
    /// What git says.
    pub fn settings_matching(&self, pattern: &str) -> Result<Vec<Setting>, GitError> {
        let arguments = ["--null", "--show-scope", "--show-origin", "--get-regexp"];
        let fields = self.config(&[&arguments[..], &["--end-of-options", pattern]].concat())?;
        let settings = fields.chunks_exact(3).map(|fields| {
            // A key alone has no value, which git takes for true.
            let (key, value) = fields[2].split_once('\n').unwrap_or((&fields[2], ""));
            setting(fields, key, value)
        });
        Ok(settings.collect())
    }

    /// Sets a setting of this repository.
    ///
    /// # Errors
    /// What git says.
    pub fn set(&self, key: &str, value: &str) -> Result<(), GitError> {
        self.text("config", &["--local", "--replace-all", "--end-of-options", key, value]).map(drop)
    }

    /// Adds a value to a setting of this repository that may have several.
    ///
    /// # Errors
    /// What git says.
    pub fn add(&self, key: &str, value: &str) -> Result<(), GitError> {
        self.text("config", &["--local", "--add", "--end-of-options", key, value]).map(drop)
    }

    /// Removes all values that this repository itself has for a setting.
    ///
    /// # Errors
    /// What git says.
    pub fn unset(&self, key: &str) -> Result<(), GitError> {
        // Exit code 5: there was none.
        match self.answer("config", &["--local", "--unset-all", "--end-of-options", key])? {
            (0 | 5, _) => Ok(()),
            (code, _) => Err(config_error(key, code)),
        }
    }

    fn config(&self, arguments: &[&str]) -> Result<Vec<String>, GitError> {
        // Exit code 1: there is none.
        match self.answer("config", arguments)? {
            (0 | 1, text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                Ok(text.split_terminator('\0').map(String::from).collect())
            }
            (code, _) => Err(config_error(&arguments.join(" "), code)),
        }
    }
}

/// From scope, origin and the rest, as git prints them.
fn setting(fields: &[String], key: &str, value: &str) -> Setting {
    Setting {
        key: key.to_owned(),
        value: value.to_owned(),
        scope: fields[0].clone(),
        origin: fields[1].clone(),
    }
}

fn config_error(what: &str, code: i32) -> GitError {
    let message = format!("exit code {code} for {}", what.escape_debug());
    GitError::Command { command: "config".into(), message }
}
