//! Looks through new trees for what is hostile.

use super::GitError;
use super::descent::Descent;
use super::hostile::{HostileEntry, HostileKind};
use super::libgit::LibgitRepository;
use super::names::{Twins, mode_kind, name_kinds};
use super::raw_tree::{self, RawEntry};
use super::walk;
use crate::model::ObjectId;
use std::collections::BTreeMap;

impl LibgitRepository {
    /// What is hostile in a tree and is not, just so, in one of the trees before it.
    /// `budget` bounds how many entries are looked at, and is reduced by them.
    ///
    /// # Errors
    /// [`GitError::Unsupported`] when the budget is spent, [`GitError::Damaged`] when a tree is
    /// missing.
    pub fn hostile_entries(
        &self,
        before: &[ObjectId],
        tree: ObjectId,
        budget: &mut usize,
    ) -> Result<Vec<HostileEntry>, GitError> {
        let odb = self.odb()?;
        let mut scan = Scan { odb: &odb, place: Descent::default(), found: Vec::new(), budget };
        scan.directory(before, tree)?;
        scan.found.sort();
        scan.found.dedup();
        Ok(scan.found)
    }
}

struct Scan<'a> {
    odb: &'a git2::Odb<'a>,
    place: Descent,
    found: Vec<HostileEntry>,
    budget: &'a mut usize,
}

impl Scan<'_> {
    fn directory(&mut self, before: &[ObjectId], tree: ObjectId) -> Result<(), GitError> {
        let data = walk::read(self.odb, tree, git2::ObjectType::Tree)?;
        let Ok(entries) = raw_tree::parse(&data) else {
            self.report(HostileKind::Malformed);
            return Ok(());
        };
        if raw_tree::parse_ordered(&data).is_err() {
            self.report(HostileKind::Disorder);
        }
        let known = self.known(before)?;
        let twins = Twins::of(&entries);
        for entry in &entries {
            *self.budget = self.budget.checked_sub(1).ok_or_else(too_much)?;
            let same = known.get(&(entry.mode, entry.name.as_slice()));
            if !same.is_some_and(|ids| ids.contains(&entry.id)) {
                let below =
                    if entry.is_directory() { same.map_or(&[][..], Vec::as_slice) } else { &[] };
                self.entry(entry, &twins, below)?;
            }
        }
        Ok(())
    }

    /// Entries of the directories before this one; what cannot be read there knows nothing.
    fn known(&self, before: &[ObjectId]) -> Result<Known, GitError> {
        let mut known = Known::default();
        for tree in before {
            let data = walk::read(self.odb, *tree, git2::ObjectType::Tree)?;
            for entry in raw_tree::parse(&data).unwrap_or_default() {
                known.entry(entry.mode, entry.name).push(entry.id);
            }
        }
        Ok(known)
    }

    fn entry(
        &mut self,
        entry: &RawEntry,
        twins: &Twins,
        below: &[ObjectId],
    ) -> Result<(), GitError> {
        self.place.enter(&entry.name);
        let is_too_long = self.place.is_too_long();
        if is_too_long {
            self.report(HostileKind::TooLong);
        }
        mode_kind(entry.mode).into_iter().for_each(|kind| self.report(kind));
        name_kinds(&entry.name).into_iter().for_each(|kind| self.report(kind));
        twins.kinds(entry).into_iter().for_each(|kind| self.report(kind));
        if entry.is_directory() && !is_too_long {
            self.directory(below, entry.id)?;
        }
        self.place.leave();
        Ok(())
    }

    fn report(&mut self, kind: HostileKind) {
        self.found.push(HostileEntry { path: self.place.path(), kind });
    }
}

/// What stood at a mode and name before.
#[derive(Default)]
struct Known(BTreeMap<Vec<u8>, Vec<(u32, Vec<ObjectId>)>>);

impl Known {
    fn entry(&mut self, mode: u32, name: Vec<u8>) -> &mut Vec<ObjectId> {
        let modes = self.0.entry(name).or_default();
        let place = modes.iter().position(|(known, _)| *known == mode).unwrap_or_else(|| {
            modes.push((mode, Vec::new()));
            modes.len() - 1
        });
        &mut modes[place].1
    }

    fn get(&self, (mode, name): &(u32, &[u8])) -> Option<&Vec<ObjectId>> {
        let modes = self.0.get(*name)?;
        modes.iter().find(|(known, _)| known == mode).map(|(_, ids)| ids)
    }
}

fn too_much() -> GitError {
    GitError::Unsupported {
        what: "a push with so many new files".into(),
        way_out: "push it in several steps".into(),
    }
}
