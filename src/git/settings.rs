//! git's settings, each with where it comes from.

use super::GitError;
use super::command::Git;

/// A setting's value, and where it is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
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
        let options = ["--null", "--show-scope", "--show-origin", "--get-all"];
        let fields = self.config(&[&options[..], &["--end-of-options", key]].concat())?;
        let settings = fields.chunks_exact(3).map(|setting| Setting {
            scope: setting[0].clone(),
            origin: setting[1].clone(),
            value: setting[2].clone(),
        });
        Ok(settings.collect())
    }

    /// Names and values of the settings whose name matches a regular expression.
    ///
    /// # Errors
    /// What git says.
    pub fn settings_matching(&self, pattern: &str) -> Result<Vec<(String, String)>, GitError> {
        let fields = self.config(&["--null", "--get-regexp", "--end-of-options", pattern])?;
        let pairs = fields.iter().map(|field| match field.split_once('\n') {
            Some((name, value)) => (name.to_string(), value.to_string()),
            None => (field.clone(), String::new()),
        });
        Ok(pairs.collect())
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

fn config_error(what: &str, code: i32) -> GitError {
    let message = format!("exit code {code} for {}", what.escape_debug());
    GitError::Command { command: "config".into(), message }
}
