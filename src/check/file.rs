//! A subject with what several rules need of it, worked out once.

use super::place::{Place, Role};
use super::secrets::{self, SecretHit};
use super::subject::{REGULAR, Subject};
use crate::model::{Class, Key, Profile, pointer};
use crate::yaml::{self, Yaml};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// A changed file as rules see it.
pub struct File<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) profile: Profile,
    pub(super) place: Option<Place>,
    /// Whether the whole cluster goes away in the same change.
    pub(super) loses_cluster: bool,
    yaml: OnceCell<Yaml>,
    hits: OnceCell<Vec<SecretHit>>,
}

impl<'a> File<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, profile: Profile, gone: &BTreeSet<Key>) -> Self {
        let place = subject.key.as_ref().and_then(|key| Place::of(profile, key));
        let cluster = subject.key.as_ref().and_then(|key| profile.cluster(key));
        let loses_cluster = cluster.is_some_and(|cluster| gone.contains(&cluster));
        Self {
            subject,
            profile,
            place,
            loses_cluster,
            yaml: OnceCell::new(),
            hits: OnceCell::new(),
        }
    }

    /// The new content.
    pub(super) fn content(&self) -> Option<&'a [u8]> {
        self.subject.new.as_deref()
    }

    /// What kops reads the file as.
    pub(super) fn role(&self) -> Role {
        if self.subject.is_manifest {
            return Role::Manifest;
        }
        self.place.as_ref().map_or(Role::Other, |place| place.role)
    }

    /// The directory of the cluster that the file belongs to, as a key; empty without one.
    pub(super) fn cluster_directory(&self) -> String {
        let cluster = self.subject.key.as_ref().and_then(|key| self.profile.cluster(key));
        cluster.map_or_else(String::new, |cluster| cluster.to_string())
    }

    /// Whether the new content is a pointer.
    pub(super) fn is_pointer(&self) -> bool {
        self.content().is_some_and(pointer::is_pointer)
    }

    /// The new content as YAML, if it is a file that somebody reads as YAML.
    pub(super) fn yaml(&self) -> Option<&Yaml> {
        let content = self.content()?;
        (self.is_yaml() && !self.is_pointer())
            .then(|| self.yaml.get_or_init(|| yaml::parse(content)))
    }

    fn is_yaml(&self) -> bool {
        let is_file = self.subject.mode == REGULAR;
        let has_ending = || {
            let path = self.subject.path.as_bytes();
            path.ends_with(b".yaml") || path.ends_with(b".yml")
        };
        let is_read = match self.profile {
            _ if self.subject.is_manifest => true,
            Profile::Kops => self.role() != Role::Other && self.subject.class == Class::Desired,
            Profile::Generic => self.subject.key.is_some() && has_ending(),
        };
        is_file && is_read
    }

    /// The secrets of the new content. Files that are key material are not looked at.
    pub(super) fn hits(&self) -> &[SecretHit] {
        self.hits.get_or_init(|| match self.content() {
            Some(content) if !self.is_pointer() && !self.holds_key_material() => {
                secrets::scan(content)
            }
            _ => Vec::new(),
        })
    }

    /// Whether the class alone forbids the content in git.
    pub(super) fn holds_key_material(&self) -> bool {
        matches!(self.subject.class, Class::Keys | Class::Secret | Class::Backup)
    }
}
