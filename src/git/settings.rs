//! git's settings: read with their origin, written only where nobody has chosen otherwise.

use super::GitError;
use super::command::Git;
use std::fmt;

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

/// Settings of a repository that receives pushes, and how many values they may have.
const SERVER: &[(&str, &str)] = &[
    ("receive.fsckObjects", "true"),
    ("receive.fsck.badFilemode", "error"),
    ("receive.fsck.gitattributesSymlink", "error"),
    ("receive.fsck.gitignoreSymlink", "error"),
    ("receive.fsck.mailmapSymlink", "error"),
    ("receive.denyDeletes", "true"),
    ("receive.denyNonFastForwards", "true"),
    ("receive.maxInputSize", "100m"),
    ("core.protectHFS", "true"),
    ("core.protectNTFS", "true"),
    ("core.logAllRefUpdates", "always"),
    // Git flushes neither loose objects nor refs by default.
    ("core.fsync", "all"),
];

/// Refs that no push may see or touch.
const HIDDEN: (&str, &str) = ("receive.hideRefs", "refs/store");

/// What became of a setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Applied {
    /// It was not set, and now is.
    Set,
    /// It was so already.
    AsWanted,
    /// Somebody chose another value, which stays.
    Kept(Setting),
}

/// A setting of a repository that receives pushes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerSetting {
    /// Its name.
    pub key: &'static str,
    /// What git-store advises.
    pub wanted: &'static str,
    /// What became of it.
    pub applied: Applied,
}

impl fmt::Display for ServerSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, wanted, applied } = self;
        match applied {
            Applied::Set => write!(f, "{key} = {wanted}: set"),
            Applied::AsWanted => write!(f, "{key} = {wanted}: as it was"),
            Applied::Kept(other) => {
                write!(f, "{key} = {} ({}) stays; advised: {wanted}", other.value, other.origin)
            }
        }
    }
}

/// Makes a repository that receives pushes refuse what is hostile and keep what it took. A
/// value that somebody has chosen, at whatever level, is kept and reported.
///
/// # Errors
/// What git says.
pub fn harden_server(git: &Git) -> Result<Vec<ServerSetting>, GitError> {
    let mut settings = Vec::new();
    for (key, wanted) in SERVER {
        let applied = match git.settings(key)?.pop() {
            Some(setting) if is_same(&setting.value, wanted) => Applied::AsWanted,
            Some(setting) => Applied::Kept(setting),
            None => git.set(key, wanted).map(|()| Applied::Set)?,
        };
        settings.push(ServerSetting { key, wanted, applied });
    }
    settings.push(hide_own_refs(git)?);
    Ok(settings)
}

fn hide_own_refs(git: &Git) -> Result<ServerSetting, GitError> {
    let (key, wanted) = HIDDEN;
    let is_there = git.settings(key)?.iter().any(|setting| setting.value == wanted);
    let applied = if is_there {
        Applied::AsWanted
    } else {
        git.add(key, wanted)?;
        Applied::Set
    };
    Ok(ServerSetting { key, wanted, applied })
}

fn is_same(value: &str, wanted: &str) -> bool {
    let is_yes = |text: &str| ["true", "yes", "on", "1", ""].contains(&text);
    let value = value.to_ascii_lowercase();
    value == wanted || (is_yes(&value) && is_yes(wanted))
}
