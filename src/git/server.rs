//! Settings for a repository that receives pushes, set only where nobody has chosen otherwise.

use super::GitError;
use super::command::Git;
use super::settings::Setting;
use std::fmt;

/// What a repository that receives pushes should have set.
const SERVER: &[(&str, &str)] = &[
    ("receive.fsckObjects", "true"),
    ("receive.fsck.badFilemode", "error"),
    ("receive.fsck.gitattributesSymlink", "error"),
    ("receive.fsck.gitignoreSymlink", "error"),
    ("receive.fsck.mailmapSymlink", "error"),
    ("receive.denyDeletes", "true"),
    ("receive.denyNonFastForwards", "true"),
    // Words for what checks find come as options of a push.
    ("receive.advertisePushOptions", "true"),
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
