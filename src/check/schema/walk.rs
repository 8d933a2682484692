//! Going through an object along its fields.

use super::{Field, Schema, Type};
use crate::yaml::{Node, Value};

/// A value, with what kops expects in its place.
pub struct Visit<'a> {
    /// The path in which `[]` stands for any item and `.*` for any key, such as
    /// `spec.subnets[].cidr`.
    pub path: String,
    /// The field; `None` for items, and for keys that kops does not know.
    pub field: Option<&'static Field>,
    /// What kops expects; `None` where it knows no such key.
    pub kind: Option<Type>,
    /// The key under which the value stands.
    pub key: Option<&'a Node>,
    /// The value.
    pub value: &'a Value<'a>,
}

impl Schema {
    /// Calls `look` for every value of an object below its top. It does not go into what kops
    /// does not know, nor into values of a wrong type.
    pub fn walk<'a>(
        &'static self,
        kind: &str,
        root: &'a Value<'a>,
        look: &mut dyn FnMut(&Visit<'a>),
    ) {
        let owner = if self.field(kind, "kind").is_some() { kind } else { "Object" };
        Walker { schema: self, kind: owner, look }.keys("", root);
    }
}

struct Walker<'w, 'a> {
    schema: &'static Schema,
    kind: &'w str,
    look: &'w mut dyn FnMut(&Visit<'a>),
}

impl<'a> Walker<'_, 'a> {
    fn keys(&mut self, path: &str, value: &'a Value<'a>) {
        for entry in value.entries() {
            let path = if path.is_empty() {
                entry.name.to_owned()
            } else {
                format!("{path}.{}", entry.name)
            };
            // A key with a dot in it is no path.
            let is_name = !entry.name.contains(['.', '[']);
            let field = self.schema.field(self.kind, &path).filter(|_| is_name);
            let kind = field.map(|field| field.kind);
            self.step(Visit { path, field, kind, key: Some(entry.key), value: &entry.value });
        }
    }

    fn step(&mut self, visit: Visit<'a>) {
        (self.look)(&visit);
        let Some(kind) = visit.kind.filter(|kind| kind.takes(visit.value)) else { return };
        if kind.is_object() {
            self.keys(&visit.path, visit.value);
        }
        if let Some(kind) = kind.items() {
            for value in visit.value.items() {
                let path = format!("{}[]", visit.path);
                self.step(Visit { path, field: None, kind: Some(kind), key: None, value });
            }
        }
        if let Some(kind) = kind.values() {
            for entry in visit.value.entries() {
                let (path, key) = (format!("{}.*", visit.path), Some(entry.key));
                self.step(Visit { path, field: None, kind: Some(kind), key, value: &entry.value });
            }
        }
    }
}
