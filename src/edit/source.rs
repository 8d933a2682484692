//! A file that is to be edited, parsed and found fit for it.

use super::EditError;
use super::lines::Lines;
use crate::yaml::{
    Content, Document, Node, Value, Yaml, each_node, parse, read, refused_character,
};
use serde_json::Value as Json;

/// Which document of a file is meant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Select {
    /// Its `kind`, such as `InstanceGroup`; any if not given.
    pub kind: Option<String>,
    /// Its `metadata.name`; any if not given.
    pub name: Option<String>,
}

impl Select {
    fn describe(&self) -> String {
        let kind = self.kind.as_deref().unwrap_or("document");
        self.name.as_ref().map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"))
    }

    fn takes(&self, value: &Value<'_>) -> bool {
        let is = |wanted: &Option<String>, path: &[&str]| {
            wanted.as_deref().is_none_or(|text| value.at(path).and_then(Value::text) == Some(text))
        };
        is(&self.kind, &["kind"]) && is(&self.name, &["metadata", "name"])
    }
}

/// A parsed file.
pub(super) struct Source<'a> {
    /// Its bytes.
    pub lines: Lines<'a>,
    yaml: Yaml,
}

impl<'a> Source<'a> {
    /// Parses a file.
    pub fn new(content: &'a [u8]) -> Result<Self, EditError> {
        let mut yaml = parse(content);
        if let Some(error) = yaml.error.take() {
            return Err(error.into());
        }
        let refused = std::str::from_utf8(content).ok().and_then(refused_character);
        if let Some(place) = refused {
            let line = content[..place].iter().filter(|byte| **byte == b'\n').count() + 1;
            let message = "a character that kops' reader refuses".into();
            return Err(EditError::Syntax { line, message });
        }
        Ok(Self { lines: Lines::new(content), yaml })
    }

    /// The documents.
    pub fn documents(&self) -> &[Document] {
        &self.yaml.documents
    }

    /// What kops makes of the document that is meant, and its place among the documents.
    pub fn select(&self, select: &Select) -> Result<(usize, Value<'_>), EditError> {
        let mut values = self.yaml.documents.iter().map(value).enumerate();
        let found = values.find_map(|(place, value)| match value {
            Ok(value) if !select.takes(&value) => None,
            Ok(value) => Some(Ok((place, value))),
            Err(error) => Some(Err(error)),
        });
        found.unwrap_or_else(|| Err(EditError::NoDocument(select.describe())))
    }

    /// What kops makes of each document.
    pub fn values(&self) -> Result<Vec<Json>, EditError> {
        self.documents().iter().map(|document| Ok(json(&value(document)?))).collect()
    }
}

fn value(document: &Document) -> Result<Value<'_>, EditError> {
    let reference = || EditError::Reference("the file".into());
    let value = read(document).ok_or_else(reference)?;
    Ok(value)
}

/// Whether a value is, or holds, an anchor, an alias or a tag.
pub(super) fn has_reference(node: &Node) -> bool {
    let mut found = false;
    each_node(node, &mut |node| {
        found |= is_reference(node) || node.pairs().iter().any(|pair| is_reference(&pair.key));
    });
    found
}

/// Whether a value is an alias, or has an anchor or a tag.
pub(super) fn is_reference(node: &Node) -> bool {
    node.anchor.is_some() || node.tag.is_some() || matches!(node.content, Content::Alias(_))
}

/// Whether a value holds a map in which a key occurs twice, or a merge key.
pub(super) fn has_duplicates(value: &Value<'_>) -> bool {
    is_ambiguous(value)
        || value.items().iter().any(has_duplicates)
        || value.entries().iter().any(|entry| has_duplicates(&entry.value))
}

/// Whether a value is a map in which a key occurs twice, or a merge key.
pub(super) fn is_ambiguous(value: &Value<'_>) -> bool {
    let pairs = value.node.pairs();
    let is_map = matches!(value.node.content, Content::Mapping(_));
    is_map
        && (value.entries().len() != pairs.len()
            || pairs.iter().any(|pair| pair.key.plain() == Some("<<")))
}

/// A value as kops reads it, without its places.
pub(super) fn json(value: &Value<'_>) -> Json {
    use crate::yaml::Data;
    match &value.data {
        Data::Null => Json::Null,
        Data::Boolean(value) => Json::Bool(*value),
        Data::Integer(value) => Json::from(*value),
        Data::Float(value) => Json::from(*value),
        Data::Text(text) => Json::from(*text),
        Data::List(items) => Json::Array(items.iter().map(json).collect()),
        Data::Map(entries) => Json::Object(
            entries.iter().map(|entry| (entry.name.to_owned(), json(&entry.value))).collect(),
        ),
    }
}
