//! kops' objects: what rules about configuration look at.
//!
//! Rules name fields as v1alpha2 does. A v1alpha3 object is read into the same shape first;
//! findings still show places and paths as the file spells them.

mod canonical;
mod cloud;
mod field;
mod role;
mod scope;
mod version;

pub use cloud::{Cloud, cloud};
pub use field::Field;
pub use role::{GroupRole, role};
pub use scope::{Changed, Scope};
pub use version::Semver;

use super::file::File;
use super::place::Role;
use super::problem::Problem;
use super::schema::{Schema, Visit};
use crate::yaml::{Document, Node, Value, Yaml, path_to, read};

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A cluster.
    Cluster,
    /// A group of machines of a cluster.
    InstanceGroup,
    /// Another kind of kops, such as SSHCredential.
    Other,
}

/// The version of kops' types in which an object is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// What kops writes.
    V1Alpha2,
    /// What kops uses inside, and reads.
    V1Alpha3,
}

impl Version {
    /// The apiVersions that kops reads; the first one is what kops writes.
    pub const NAMES: &[(&str, Self)] = &[
        ("kops.k8s.io/v1alpha2", Self::V1Alpha2),
        ("kops.k8s.io/v1alpha3", Self::V1Alpha3),
        ("kops/v1alpha2", Self::V1Alpha2),
        ("kops/v1alpha3", Self::V1Alpha3),
    ];

    /// The version that an apiVersion means.
    pub fn named(api_version: &str) -> Option<Self> {
        let (_, version) = Self::NAMES.iter().find(|(name, _)| *name == api_version)?;
        Some(*version)
    }
}

/// One object of a file.
#[derive(Debug)]
pub struct Object<'a> {
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub version: Version,
    /// The number of its file among those that are checked together.
    pub(super) file: usize,
    /// Whether it is only there so that others can be understood.
    pub(super) is_context: bool,
    document: &'a Document,
    kind_name: &'a str,
    root: Value<'a>,
    /// As it is written, where that differs from the shape of v1alpha2.
    written: Option<Value<'a>>,
}

impl<'a> Object<'a> {
    /// The objects of a file, as far as kops takes them for its own.
    pub(super) fn all(file: &'a File<'_>, number: usize) -> Vec<Self> {
        let documents = file.yaml().map_or(&[][..], |yaml| &yaml.documents);
        Self::of_role(documents, file.role(), number, file.subject.is_context)
    }

    /// The objects that a file held before.
    pub(super) fn before(file: &File<'_>, before: &'a Yaml) -> Vec<Self> {
        Self::of_role(&before.documents, file.role(), 0, true)
    }

    fn of_role(documents: &'a [Document], role: Role, file: usize, is_context: bool) -> Vec<Self> {
        let most = match role {
            Role::Cluster | Role::InstanceGroup => 1,
            Role::Manifest => usize::MAX,
            Role::Addons | Role::Other => 0,
        };
        let read = |document| Self::of(document, file, is_context);
        documents.iter().take(most).filter_map(read).collect()
    }

    /// A document as an object; `None` if kops does not take it for one of its own.
    pub(super) fn of(document: &'a Document, file: usize, is_context: bool) -> Option<Self> {
        let root = read(document)?;
        let version = Version::named(root.get("apiVersion")?.text()?)?;
        let kind_name = root.get("kind")?.text()?;
        let kind = match kind_name {
            "Cluster" => Kind::Cluster,
            "InstanceGroup" => Kind::InstanceGroup,
            _ => Kind::Other,
        };
        let (root, written) = match version {
            Version::V1Alpha2 => (root, None),
            Version::V1Alpha3 => (canonical::v1alpha2(kind_name, root.clone()), Some(root)),
        };
        Some(Self { kind, version, file, is_context, document, kind_name, root, written })
    }

    /// `kind`.
    pub fn kind_name(&self) -> &str {
        self.kind_name
    }

    /// Calls `look` for every value as the file spells it, with what kops expects there.
    pub(in crate::check) fn each_written<'o>(
        &'o self,
        look: &mut dyn FnMut(&Visit<'o>, Field<'o>),
    ) {
        let root = self.written.as_ref().unwrap_or(&self.root);
        let schema = Schema::of(self.version);
        schema.walk(self.kind_name, root, &mut |visit| {
            look(visit, Field::new(self, visit.value, visit.key));
        });
    }

    /// `metadata.name`.
    pub fn name(&self) -> Option<&str> {
        self.root.at(&["metadata", "name"])?.text()
    }

    /// The label of an instance group that names its cluster.
    pub fn cluster_label(&self) -> Option<&str> {
        self.root.at(&["metadata", "labels", "kops.k8s.io/cluster"])?.text()
    }

    /// The whole object.
    pub fn root(&self) -> Field<'_> {
        Field::new(self, &self.root, None)
    }

    /// The field at a path in v1alpha2's names, such as `spec.networkCIDR`; `None` if it is
    /// missing or null.
    pub fn field(&self, path: &str) -> Option<Field<'_>> {
        self.root().field(path)
    }

    /// The field at a path, unless it is an empty text, which is nothing to kops.
    pub fn filled(&self, path: &str) -> Option<Field<'_>> {
        self.root().filled(path)
    }

    /// Every field at a path, in which `[]` stands for all items and `.*` for all keys, such as
    /// `spec.subnets[].cidr`. Missing and null ones are left out.
    pub fn fields(&self, path: &str) -> Vec<Field<'_>> {
        self.root().fields(path)
    }

    /// The text at a path; `None` if it is missing or no text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.field(path)?.text()
    }

    /// Whether a boolean is there and true.
    pub fn is_true(&self, path: &str) -> bool {
        self.root().is_true(path)
    }

    /// A problem of something that should be there: it is shown at the closest parent that is.
    pub fn missing(&self, path: &str, message: impl Into<String>) -> Problem {
        self.root().missing(path, message)
    }

    /// The path of a node as the file spells it.
    fn path_of(&self, node: &Node) -> String {
        path_to(&self.document.root, node)
    }
}
