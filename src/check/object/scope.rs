//! Objects that belong together.

use super::{Kind, Object};
use crate::check::file::File;
use crate::check::place::Role;
use crate::check::subject::Change;
use std::collections::BTreeMap;

/// A cluster with its groups, as far as they are known.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// The cluster.
    pub cluster: Option<&'a Object<'a>>,
    /// Its instance groups.
    pub groups: Vec<&'a Object<'a>>,
    /// Whether all its groups are known.
    pub is_complete: bool,
    /// Whether it stands in manifests, outside a store.
    pub is_manifest: bool,
    /// Whether one of its groups is removed: the rest must do without it.
    is_reduced: bool,
}

impl<'a> Scope<'a> {
    /// Whether nothing of it is checked.
    pub(in crate::check) fn is_context(&self) -> bool {
        !self.is_reduced && self.cluster.iter().chain(&self.groups).all(|object| object.is_context)
    }

    /// Its objects that are checked.
    pub(in crate::check) fn checked(&self) -> Vec<&'a Object<'a>> {
        let objects = self.cluster.iter().chain(&self.groups).copied();
        objects.filter(|object| !object.is_context).collect()
    }

    /// Sorts objects by cluster. In a store the directory says which one that is. A manifest
    /// with a cluster is whole by itself, and with several the labels say which group belongs to
    /// which; groups of other manifests belong to the one cluster of their label's name, if there
    /// is just one.
    pub(in crate::check) fn all(objects: &'a [Object<'a>], files: &[File<'_>]) -> Vec<Self> {
        let clusters = Clusters::of(objects, files);
        let mut scopes: BTreeMap<(usize, String), Self> = BTreeMap::new();
        for object in objects {
            let scope = scopes.entry(clusters.owner(object, files)).or_default();
            scope.is_manifest = files[object.file].role() == Role::Manifest;
            match object.kind {
                Kind::Cluster => scope.cluster = Some(object),
                Kind::InstanceGroup => scope.groups.push(object),
                Kind::Other => {}
            }
        }
        let is_lost = |file: &&File<'_>| {
            file.role() == Role::InstanceGroup && file.subject.change() == Change::Removed
        };
        for file in files.iter().filter(is_lost) {
            if let Some(scope) = scopes.get_mut(&in_store(file)) {
                scope.is_reduced = true;
            }
        }
        for scope in scopes.values_mut() {
            // A store has groups; when there are none, nobody has looked for them.
            let has_groups = scope.is_manifest || !scope.groups.is_empty();
            scope.is_complete = scope.cluster.is_some() && has_groups;
        }
        scopes.into_values().collect()
    }
}

/// The cluster of a file in a store, which its directory says.
fn in_store(file: &File<'_>) -> (usize, String) {
    (usize::MAX, file.cluster_directory())
}

/// The clusters of manifests: how many a file has, and the files in which a name stands.
struct Clusters<'a> {
    in_file: BTreeMap<usize, usize>,
    named: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Clusters<'a> {
    fn of(objects: &'a [Object<'a>], files: &[File<'_>]) -> Self {
        let mut clusters = Self { in_file: BTreeMap::new(), named: BTreeMap::new() };
        for object in objects.iter().filter(|object| object.kind == Kind::Cluster) {
            *clusters.in_file.entry(object.file).or_default() += 1;
            let is_manifest = files[object.file].role() == Role::Manifest;
            if let Some(name) = object.name().filter(|_| is_manifest) {
                clusters.named.entry(name).or_default().push(object.file);
            }
        }
        clusters
    }

    /// Which cluster an object belongs to: for manifests the number of a file, and a name where
    /// the file alone does not say it.
    fn owner(&self, object: &Object<'_>, files: &[File<'_>]) -> (usize, String) {
        let file = &files[object.file];
        if file.role() != Role::Manifest {
            return in_store(file);
        }
        let name = match object.kind {
            Kind::Cluster => object.name(),
            Kind::InstanceGroup | Kind::Other => object.cluster_label(),
        };
        let own = [object.file];
        let in_file = self.in_file.contains_key(&object.file).then_some(&own[..]);
        let found = in_file.or_else(|| self.named.get(name?).map(Vec::as_slice));
        let file = match found {
            Some([file]) => *file,
            _ => object.file,
        };
        let is_alone = self.in_file.get(&file) == Some(&1);
        (file, name.filter(|_| !is_alone).unwrap_or_default().to_owned())
    }
}

/// An object before and after a change; at least one of them is there.
#[derive(Debug)]
pub struct Changed<'a> {
    /// The object as it was.
    pub old: Option<&'a Object<'a>>,
    /// The object as it will be.
    pub new: Option<&'a Object<'a>>,
    /// Whether its whole cluster goes away in the same change.
    pub loses_cluster: bool,
    /// Whether it stands in a manifest, outside a store.
    pub is_manifest: bool,
}
