//! What a writer is about to do, and how to put right what a killed one left.
//!
//! Only one write is under way in a store at a time, so there is at most one intent. It is
//! declared after the new file is whole on the disk and before anything under a key changes,
//! and withdrawn before what it speaks of is removed. So whoever finds one finds either that
//! nothing has happened yet, or a displaced file that was or was not the expected one.

use super::errors;
use super::holding::Holding;
use super::keys::KeyPath;
use super::read::fingerprint;
use super::root::{Locked, trouble};
use crate::model::{Failpoint, Key, Version};
use crate::store::StoreError;
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

/// How often blind writers may get in between while a file is put back.
const ROUNDS: u32 = 1000;

/// What a writer is about to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(super) enum Act {
    /// Exchange the held file, which is `new`, with the key's, which is `expected`.
    Update { expected: Version, new: Version },
    /// Move the key's file, which is `expected`, to the held one.
    Delete { expected: Version },
    /// Exchange the held file, which is `held` and not ours, with the key's, which is `placed`.
    PutBack { held: Version, placed: Version },
}

/// An [`Act`] on a key with a held file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Intent {
    /// The key, in hexadecimal.
    key: String,
    /// The name of the held file.
    pub(super) object: String,
    #[serde(flatten)]
    pub(super) act: Act,
}

impl Intent {
    pub(super) fn new(key: &Key, object: &str, act: Act) -> Self {
        Self { key: hex::encode(key.as_bytes()), object: object.to_owned(), act }
    }

    pub(super) fn to_text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    pub(super) fn from_text(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(|error| damaged(&error.to_string()))
    }

    fn path(&self) -> Result<KeyPath, StoreError> {
        let bytes = hex::decode(&self.key).map_err(|error| damaged(&error.to_string()))?;
        KeyPath::parse(&Key::new(bytes))
    }
}

fn damaged(reason: &str) -> StoreError {
    StoreError::Protocol(format!("what another writer began cannot be understood: {reason}"))
}

/// Puts right what a killed writer left. Can itself be killed anywhere and begun again.
pub(super) fn recover(root: &Locked) -> Result<(), StoreError> {
    let Some(holding) = Holding::open(root)? else { return Ok(()) };
    if let Some(intent) = holding.intent()? {
        let path = intent.path()?;
        tracing::warn!(key = %path.key(), "finishing what a killed writer began");
        resolve(root, &holding, &path, &intent)?;
    }
    holding.clear()
}

fn resolve(
    root: &Locked,
    holding: &Holding<'_>,
    path: &KeyPath,
    intent: &Intent,
) -> Result<(), StoreError> {
    let object = &intent.object;
    let held = fingerprint(&holding.fd, object.as_bytes()).map_err(|errno| trouble(path, errno))?;
    let Some(found) = held else { return Ok(()) }; // not begun, or long finished
    match &intent.act {
        // Not begun; or finished, and what is held was expected.
        Act::Update { expected, new } if found == *new || found == *expected => Ok(()),
        // The exchange displaced what nobody has seen.
        Act::Update { new, .. } => put_back(root, holding, path, object, new.clone()),
        Act::Delete { expected } if found == *expected => Ok(()),
        Act::Delete { .. } => restore(root, holding, path, object).map(drop),
        // Not begun.
        Act::PutBack { held, placed } if found == *held => {
            put_back(root, holding, path, object, placed.clone())
        }
        Act::PutBack { placed, .. } if found == *placed => Ok(()),
        // It displaced what a blind writer had written meanwhile.
        Act::PutBack { held, .. } => put_back(root, holding, path, object, held.clone()),
    }
}

/// Exchanges a displaced file with the key's again, which is believed to be `placed`.
///
/// If a blind writer has replaced that meanwhile, theirs is what has just been displaced, and
/// it is put back in turn; so what remains under the key is always the newest of theirs.
pub(super) fn put_back(
    root: &Locked,
    holding: &Holding<'_>,
    path: &KeyPath,
    object: &str,
    mut placed: Version,
) -> Result<(), StoreError> {
    let look = || {
        let found = fingerprint(&holding.fd, object.as_bytes());
        found.map_err(|errno| trouble(path, errno))?.ok_or_else(|| damaged("a held file is gone"))
    };
    for _ in 0..ROUNDS {
        let held = look()?;
        let act = Act::PutBack { held: held.clone(), placed: placed.clone() };
        holding.declare(&Intent::new(path.key(), object, act))?;
        if !exchange(root, holding, path, object)? {
            if restore(root, holding, path, object)? {
                return Ok(()); // somebody deleted what we had placed; theirs is there again
            }
            continue;
        }
        let displaced = look()?;
        if displaced == placed {
            return Ok(());
        }
        placed = held;
    }
    Err(StoreError::Transient(format!("'{}' is being replaced all the time", path.key())))
}

/// Exchanges a held file with the key's; `false`: there is no such file.
pub(super) fn exchange(
    root: &Locked,
    holding: &Holding<'_>,
    path: &KeyPath,
    object: &str,
) -> Result<bool, StoreError> {
    let Some(parent) = root.parent(path)? else { return Ok(false) };
    let flags = RenameFlags::EXCHANGE;
    match rustix::fs::renameat_with(&holding.fd, object, &parent, path.name(), flags) {
        Err(Errno::NOENT) => return Ok(false),
        answer => answer.map_err(|errno| trouble(path, errno))?,
    }
    Failpoint::FileExchanged.reach();
    sync(&[&parent, &holding.fd]).map_err(|error| errors::ambiguous(path.key(), &error))?;
    Ok(true)
}

/// Moves a held file to its key if nothing is there; `false`: something is, and is newer.
pub(super) fn restore(
    root: &Locked,
    holding: &Holding<'_>,
    path: &KeyPath,
    object: &str,
) -> Result<bool, StoreError> {
    let parent = root.make_parent(path)?;
    let flags = RenameFlags::NOREPLACE;
    match rustix::fs::renameat_with(&holding.fd, object, &parent, path.name(), flags) {
        Err(Errno::EXIST) => return Ok(false),
        answer => answer.map_err(|errno| trouble(path, errno))?,
    }
    sync(&[&parent, &holding.fd])?;
    Ok(true)
}

/// Makes renames in these directories last.
pub(super) fn sync(directories: &[&std::os::fd::OwnedFd]) -> Result<(), StoreError> {
    directories.iter().try_for_each(|directory| {
        rustix::fs::fsync(directory)
            .map_err(|errno| errors::system("cannot write a directory to the disk", errno))
    })
}
