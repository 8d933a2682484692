//! Create, update and delete, each under the lock and each by one rename.
//!
//! Comments say what a process that is killed there leaves behind.

use super::errors;
use super::holding::{Holding, unique_name};
use super::intent::{self, Act, Intent};
use super::keys::KeyPath;
use super::read::{self, fingerprint, version_of};
use super::root::{Locked, trouble};
use crate::model::{Failpoint, Version};
use crate::store::StoreError;
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use std::fs::Metadata;

/// One write to one key.
pub(super) struct Writer<'a> {
    pub(super) root: &'a Locked,
    pub(super) path: &'a KeyPath,
    pub(super) in_time: &'a dyn Fn() -> bool,
}

impl Writer<'_> {
    /// Writes a file that must not exist.
    pub(super) fn create(&self, bytes: &[u8]) -> Result<Version, StoreError> {
        self.must_be_free()?;
        let holding = Holding::make(self.root)?;
        let object = unique_name();
        let staged = holding.stage(&object, bytes, None); // killed: a held file of nobody
        let done = staged.and_then(|()| self.place(&holding, &object));
        if done.is_err() {
            self.root.remove_empty_parents(self.path);
        }
        self.finish(&holding, done)?;
        Ok(version_of(bytes))
    }

    /// Replaces a file that must have this version.
    pub(super) fn update(&self, bytes: &[u8], expected: &Version) -> Result<Version, StoreError> {
        let old = self.must_be(expected)?;
        let holding = Holding::make(self.root)?;
        let object = unique_name();
        let new = version_of(bytes);
        let act = Act::Update { expected: expected.clone(), new: new.clone() };
        let ready = holding
            .stage(&object, bytes, Some(&old)) // killed: a held file of nobody
            .and_then(|()| self.declare(&holding, &object, act)); // killed: nothing was done
        let done = ready.and_then(|()| self.exchange(&holding, &object, expected, &new));
        self.finish(&holding, done)?;
        Ok(new)
    }

    /// Deletes a file that must have this version.
    pub(super) fn delete(&self, expected: &Version) -> Result<(), StoreError> {
        self.must_be(expected)?;
        let holding = Holding::make(self.root)?;
        let object = unique_name();
        let ready = self.declare(&holding, &object, Act::Delete { expected: expected.clone() });
        let done = ready.and_then(|()| self.take_away(&holding, &object, expected));
        self.finish(&holding, done)?;
        self.root.remove_empty_parents(self.path);
        Ok(())
    }

    /// Moves a new file to its place if nothing is there.
    fn place(&self, holding: &Holding<'_>, object: &str) -> Result<(), StoreError> {
        let parent = self.root.make_parent(self.path)?; // killed: an empty directory
        self.must_be_in_time()?;
        let (name, flags) = (self.path.name(), RenameFlags::NOREPLACE);
        match rustix::fs::renameat_with(&holding.fd, object, &parent, name, flags) {
            Ok(()) => {
                Failpoint::FilePlaced.reach();
                intent::sync(&[&parent]).map_err(|error| self.ambiguous(&error))
            }
            Err(Errno::EXIST) => {
                self.must_be_free()?;
                Err(self.refused()) // it was there a moment ago
            }
            Err(errno) => Err(trouble(self.path, errno)),
        }
    }

    /// Exchanges new and old, and undoes it if the old one was not the expected one.
    fn exchange(
        &self,
        holding: &Holding<'_>,
        object: &str,
        expected: &Version,
        new: &Version,
    ) -> Result<(), StoreError> {
        self.must_be_in_time()?;
        if !intent::exchange(self.root, holding, self.path, object)? {
            return Err(self.refused());
        }
        // killed: the new file is in place; the next one looks at the held file as we do
        if self.held_is(holding, object, expected)? {
            return Ok(());
        }
        intent::put_back(self.root, holding, self.path, object, new.clone())
            .map_err(|error| self.ambiguous(&error))?;
        Err(self.refused())
    }

    /// Moves the old file aside, and back if it was not the expected one.
    fn take_away(
        &self,
        holding: &Holding<'_>,
        object: &str,
        expected: &Version,
    ) -> Result<(), StoreError> {
        let Some(parent) = self.root.parent(self.path)? else { return Err(self.refused()) };
        self.must_be_in_time()?;
        let (name, flags) = (self.path.name(), RenameFlags::NOREPLACE);
        match rustix::fs::renameat_with(&parent, name, &holding.fd, object, flags) {
            Ok(()) => Failpoint::FileDisplaced.reach(),
            Err(Errno::NOENT) => return Err(self.refused()),
            Err(errno) => return Err(trouble(self.path, errno)),
        }
        intent::sync(&[&parent, &holding.fd]).map_err(|error| self.ambiguous(&error))?;
        // killed: the file is gone; the next one looks at the held file as we do
        if self.held_is(holding, object, expected)? {
            return Ok(());
        }
        intent::restore(self.root, holding, self.path, object)
            .map_err(|error| self.ambiguous(&error))?;
        Err(self.refused())
    }

    /// Clears up, unless what is held is still needed to put things right.
    fn finish(
        &self,
        holding: &Holding<'_>,
        done: Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if matches!(done, Err(StoreError::Ambiguous { .. })) {
            return done;
        }
        if let Err(error) = holding.clear() {
            tracing::warn!(key = %self.path.key(), %error, "a held file remains");
        }
        done
    }

    fn declare(&self, holding: &Holding<'_>, object: &str, act: Act) -> Result<(), StoreError> {
        holding.declare(&Intent::new(self.path.key(), object, act))
    }

    fn held_is(
        &self,
        holding: &Holding<'_>,
        object: &str,
        expected: &Version,
    ) -> Result<bool, StoreError> {
        let found = fingerprint(&holding.fd, object.as_bytes())
            .map_err(|errno| self.ambiguous(&trouble(self.path, errno)))?;
        Ok(found.as_ref() == Some(expected))
    }

    /// The file under the key, if it has the expected version.
    fn must_be(&self, expected: &Version) -> Result<Metadata, StoreError> {
        match read::state(self.root, self.path)? {
            Some((version, stat)) if version == *expected => Ok(stat),
            _ => Err(self.refused()),
        }
    }

    fn must_be_free(&self) -> Result<(), StoreError> {
        let Some(parent) = self.root.parent(self.path)? else { return Ok(()) };
        match read::open_regular(&parent, self.path.name()) {
            Err(Errno::NOENT) => Ok(()),
            Err(Errno::ISDIR) => {
                Err(errors::key(self.path.key(), "there is a directory in its place"))
            }
            Err(Errno::LOOP | Errno::NODEV | Errno::NXIO) => {
                Err(errors::key(self.path.key(), "there is a link or a special file in its place"))
            }
            Ok(_) | Err(Errno::ACCESS) => Err(self.refused()),
            Err(errno) => Err(trouble(self.path, errno)),
        }
    }

    fn must_be_in_time(&self) -> Result<(), StoreError> {
        if (self.in_time)() { Ok(()) } else { Err(StoreError::Expired(self.path.key().clone())) }
    }

    fn refused(&self) -> StoreError {
        StoreError::Precondition(self.path.key().clone())
    }

    fn ambiguous(&self, error: &StoreError) -> StoreError {
        errors::ambiguous(self.path.key(), error)
    }
}
