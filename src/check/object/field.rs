//! A field of an object, for rules to look at and to complain about.

use super::Object;
use crate::check::problem::Problem;
use crate::yaml::{Entry, Node, Value};

/// A field that is there, with its object.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    object: &'a Object<'a>,
    /// The value.
    pub value: &'a Value<'a>,
    key: Option<&'a Node>,
}

impl<'a> Field<'a> {
    pub(super) fn new(object: &'a Object<'a>, value: &'a Value<'a>, key: Option<&'a Node>) -> Self {
        Self { object, value, key }
    }

    /// The field at a path below, such as `backups.backupStore`; `None` if it is missing or null.
    pub fn field(&self, path: &str) -> Option<Field<'a>> {
        let step = |field: Field<'a>, name| field.value.entry(name).map(|entry| field.below(entry));
        path.split('.').try_fold(*self, step).filter(|field| !field.value.is_null())
    }

    /// The field at a path below, unless it is an empty text, which is nothing to kops.
    pub fn filled(&self, path: &str) -> Option<Field<'a>> {
        self.field(path).filter(|field| field.text() != Some(""))
    }

    /// Every field at a path below, in which `[]` stands for all items and `.*` for all keys.
    pub fn fields(&self, path: &str) -> Vec<Field<'a>> {
        let mut found = vec![*self];
        for part in path.split('.') {
            let (name, lists) = match part.find("[]") {
                Some(at) => (&part[..at], part[at..].len() / 2),
                None => (part, 0),
            };
            found = found.iter().flat_map(|field| field.named(name)).collect();
            for _ in 0..lists {
                found = found.iter().flat_map(Field::items).collect();
            }
        }
        found.retain(|field| !field.value.is_null());
        found
    }

    fn named(&self, name: &str) -> Vec<Field<'a>> {
        match name {
            "" => vec![*self],
            "*" => self.entries().map(|(_, field)| field).collect(),
            _ => self.field(name).into_iter().collect(),
        }
    }

    fn below(&self, entry: &'a Entry<'a>) -> Field<'a> {
        Field { object: self.object, value: &entry.value, key: Some(entry.key) }
    }

    /// The items of a list.
    pub fn items(&self) -> Vec<Field<'a>> {
        let item = |value| Field { object: self.object, value, key: None };
        self.value.items().iter().map(item).collect()
    }

    /// The keys of a map with their fields, null ones too.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Field<'a>)> + use<'a> {
        let field = *self;
        self.value.entries().iter().map(move |entry| (entry.name, field.below(entry)))
    }

    /// The text; `None` for anything else.
    pub fn text(&self) -> Option<&'a str> {
        self.value.text()
    }

    /// The whole number; `None` for anything else.
    pub fn integer(&self) -> Option<i64> {
        self.value.integer()
    }

    /// The boolean; `None` for anything else.
    pub fn boolean(&self) -> Option<bool> {
        self.value.boolean()
    }

    /// The text as kops reads it, for which nothing is as good as no text; `None` for anything
    /// else.
    pub fn text_or_empty(&self) -> Option<&'a str> {
        if self.value.is_null() { Some("") } else { self.text() }
    }

    /// The text at a path below as kops reads it: empty if it is missing or null; `None` for
    /// anything but text.
    pub fn text_at(&self, path: &str) -> Option<&'a str> {
        self.field(path).map_or(Some(""), |field| field.text())
    }

    /// Whether a boolean is at a path below and true.
    pub fn is_true(&self, path: &str) -> bool {
        self.field(path).and_then(|field| field.boolean()) == Some(true)
    }

    /// The path as the file spells it, such as `spec.subnets[0].cidr`.
    pub fn path(&self) -> String {
        self.object.path_of(self.value.node)
    }

    /// A problem of the value.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::at(self.value.node.span, message).field(self.path())
    }

    /// A problem of the field as such, shown at its key.
    pub fn key_problem(&self, message: impl Into<String>) -> Problem {
        let node = self.key.unwrap_or(self.value.node);
        Problem::at(node.span, message).field(self.path())
    }

    /// A problem of something that should be there: it is shown at the closest parent that is.
    pub fn missing(&self, path: &str, message: impl Into<String>) -> Problem {
        let mut found = *self;
        for part in path.split('.') {
            match found.field(part) {
                Some(field) => found = field,
                None => break,
            }
        }
        found.key_problem(message)
    }
}
