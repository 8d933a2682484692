//! Objects that belong together.

use super::{Kind, Object};
use crate::check::file::File;
use crate::check::place::Role;
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
}

impl<'a> Scope<'a> {
    /// Whether nothing of it is checked.
    pub(in crate::check) fn is_context(&self) -> bool {
        self.cluster.iter().chain(&self.groups).all(|object| object.is_context)
    }

    /// Whether an object is one of it.
    pub(in crate::check) fn holds(&self, object: &Object<'_>) -> bool {
        let mut objects = self.cluster.iter().chain(&self.groups);
        objects.any(|other| std::ptr::addr_eq(*other, object))
    }

    /// Sorts objects by cluster. In a store the directory says which one that is. A manifest
    /// with a cluster is whole by itself, and with several the labels say which group belongs to
    /// which; groups of other manifests belong to the one cluster of their label's name, if there
    /// is just one.
    pub(in crate::check) fn all(objects: &'a [Object<'a>], files: &[File<'_>]) -> Vec<Self> {
        let mut scopes: BTreeMap<(usize, String), Self> = BTreeMap::new();
        for object in objects {
            let scope = scopes.entry(owner(object, objects, files)).or_default();
            match object.kind {
                Kind::Cluster => scope.cluster = Some(object),
                Kind::InstanceGroup => scope.groups.push(object),
                Kind::Other => {}
            }
        }
        for scope in scopes.values_mut() {
            scope.is_complete = scope.cluster.is_some();
        }
        scopes.into_values().collect()
    }
}

/// Which cluster an object belongs to: for manifests the number of a file, and a name.
fn owner(object: &Object<'_>, objects: &[Object<'_>], files: &[File<'_>]) -> (usize, String) {
    let file = &files[object.file];
    if file.role() != Role::Manifest {
        return (usize::MAX, file.cluster_directory());
    }
    let own_name = match object.kind {
        Kind::Cluster => object.name(),
        Kind::InstanceGroup | Kind::Other => object.cluster_label(),
    };
    let clusters = || objects.iter().filter(|other| other.kind == Kind::Cluster);
    match clusters().filter(|cluster| cluster.file == object.file).count() {
        0 => {}
        1 => return (object.file, String::new()),
        _ => return (object.file, own_name.unwrap_or_default().to_owned()),
    }
    let mut named = clusters().filter(|cluster| own_name.is_some() && cluster.name() == own_name);
    match (named.next(), named.next()) {
        (Some(cluster), None) if files[cluster.file].role() == Role::Manifest => {
            owner(cluster, objects, files)
        }
        _ => (object.file, own_name.unwrap_or_default().to_owned()),
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
