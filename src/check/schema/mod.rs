//! The fields of kops' objects, with types.
//!
//! v1alpha2 is what `kops.txt` says; v1alpha3 is derived from it by a table of renames.

pub(super) mod renames;

mod kind;
mod v1alpha3;
mod walk;

#[cfg(test)]
mod tests;

pub use kind::Type;
pub use walk::Visit;

use super::object::Version;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The fields of one version of kops' types.
#[derive(Debug)]
pub struct Schema {
    /// In the order of kind and path.
    fields: Vec<Field>,
}

/// A field that kops knows.
#[derive(Clone, Debug)]
pub struct Field {
    /// Kind and path, such as `Cluster spec.subnets[].cidr`.
    key: Cow<'static, str>,
    /// What it holds.
    pub kind: Type,
    marks: &'static str,
}

static V1ALPHA2: LazyLock<Schema> = LazyLock::new(|| Schema::parse(include_str!("kops.txt")));
static V1ALPHA3: LazyLock<Schema> =
    LazyLock::new(|| Schema::new(v1alpha3::fields(&V1ALPHA2.fields)));

impl Schema {
    /// The fields of a version.
    pub fn of(version: Version) -> &'static Self {
        match version {
            Version::V1Alpha2 => &V1ALPHA2,
            Version::V1Alpha3 => &V1ALPHA3,
        }
    }

    fn parse(text: &'static str) -> Self {
        Self::new(text.lines().filter_map(Field::parse).collect())
    }

    fn new(mut fields: Vec<Field>) -> Self {
        if !fields.is_sorted_by(|a, b| a.key <= b.key) {
            fields.sort_by(|a, b| a.key.cmp(&b.key));
        }
        Self { fields }
    }

    /// The field of a kind at a path in which `[]` stands for any item; metadata is the same for
    /// all kinds.
    pub fn field(&self, kind: &str, path: &str) -> Option<&Field> {
        let kind = owner(kind, path);
        let place = self.fields.binary_search_by(|field| field.parts().cmp(&(kind, path)));
        place.ok().and_then(|place| self.fields.get(place))
    }

    /// The fields of a kind right below a path, without those that kops does not know.
    pub fn below<'s>(&'s self, kind: &'s str, path: &'s str) -> impl Iterator<Item = &'s Field> {
        let is_child = move |field: &&Field| field.parent() == path;
        self.of_kind(owner(kind, &format!("{path}."))).filter(is_child)
    }

    /// The fields of a kind with that name, wherever they are.
    pub fn named<'s>(&'s self, kind: &'s str, name: &'s str) -> impl Iterator<Item = &'s Field> {
        self.of_kind(kind).filter(move |field| field.name() == name)
    }

    fn of_kind<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Field> {
        let first = self.fields.partition_point(|field| field.parts().0 < kind);
        let fields = self.fields.iter().skip(first);
        fields.take_while(move |field| field.parts().0 == kind).filter(|field| !field.is("unknown"))
    }
}

/// The kind under which a field stands in the table.
fn owner<'a>(kind: &'a str, path: &str) -> &'a str {
    if path.starts_with("metadata.") { "Object" } else { kind }
}

impl Field {
    fn parse(line: &'static str) -> Option<Self> {
        let (kind, rest) = line.split_once(' ').filter(|(kind, _)| *kind != "#")?;
        let (path, rest) = rest.split_once(' ')?;
        let (own, marks) = rest.split_once(' ').unwrap_or((rest, ""));
        let key = Cow::Borrowed(line.get(..kind.len() + 1 + path.len())?);
        Some(Self { key, kind: Type::named(own), marks })
    }

    fn parts(&self) -> (&str, &str) {
        self.key.split_once(' ').unwrap_or((&self.key, ""))
    }

    /// The path, such as `spec.subnets[].cidr`.
    pub fn path(&self) -> &str {
        self.parts().1
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path().rsplit('.').next().unwrap_or_default()
    }

    /// The path without its last part.
    fn parent(&self) -> &str {
        self.path().rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// Whether it has a mark: `dropped`, `unknown`, `written`; see docs/schema.md.
    pub fn is(&self, mark: &str) -> bool {
        self.marks.split(' ').any(|own| own == mark)
    }
}
