//! A partial object laid over a file.

use super::identity::{Kind, fields_of, kind_of, name_of};
use super::set::set_value;
use super::source::{Source, has_duplicates, has_reference, json};
use super::{EditError, FieldPath, Select, unset_in};
use crate::yaml::read;
use serde_json::Value as Json;

/// Lays an overlay over the document of the file that it is meant for.
pub(super) fn apply(content: &[u8], overlay: &[u8]) -> Result<Vec<u8>, EditError> {
    let overlay = object(overlay)?;
    let source = Source::new(content)?;
    let select = select(&source, &overlay)?;
    let (_, root) = source.select(&select)?;
    let old = json(&root);
    agree(&old, &overlay)?;
    let mut layer = Layer { content: content.to_vec(), select };
    layer.object("", &FieldPath::default(), Some(&old), &overlay)?;
    Ok(layer.content)
}

/// The one object that an overlay is.
fn object(overlay: &[u8]) -> Result<Json, EditError> {
    let source = Source::new(overlay)?;
    let problem = |problem: &str| {
        Err(EditError::Value { value: "the overlay".into(), problem: problem.into() })
    };
    let [document] = source.documents() else { return problem("not one document") };
    if has_reference(&document.root) {
        return Err(EditError::Reference("the overlay".into()));
    }
    match read(document) {
        Some(value) if has_duplicates(&value) => Err(EditError::Duplicate("the overlay".into())),
        Some(value) if matches!(value.data, crate::yaml::Data::Map(_)) => Ok(json(&value)),
        _ => problem("no object"),
    }
}

/// The document that an overlay names; of a file with one document, that one.
fn select(source: &Source<'_>, overlay: &Json) -> Result<Select, EditError> {
    let text = |path: &str| overlay.pointer(path).and_then(Json::as_str).map(str::to_owned);
    match source.documents().len() {
        0 | 1 => Ok(Select::default()),
        _ => Ok(Select { kind: text("/kind"), name: text("/metadata/name") }),
    }
}

/// An overlay must not be meant for another object.
fn agree(old: &Json, overlay: &Json) -> Result<(), EditError> {
    let fields =
        [("kind", "/kind"), ("apiVersion", "/apiVersion"), ("metadata.name", "/metadata/name")];
    for (field, path) in fields {
        if let (Some(expected), Some(found)) = (old.pointer(path), overlay.pointer(path))
            && expected != found
        {
            let (expected, found) = (expected.to_string(), found.to_string());
            return Err(EditError::Disagrees { field, expected, found });
        }
    }
    Ok(())
}

/// A file under way.
struct Layer {
    content: Vec<u8>,
    select: Select,
}

impl Layer {
    fn object(
        &mut self,
        key: &str,
        path: &FieldPath,
        old: Option<&Json>,
        new: &Json,
    ) -> Result<(), EditError> {
        for (name, value) in new.as_object().into_iter().flatten() {
            let is_id = fields_of(key).contains(&name.as_str());
            let before = old.and_then(|old| old.get(name));
            if !(is_id && before == Some(value)) {
                self.field(name, &path.key(name), before, value)?;
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        key: &str,
        path: &FieldPath,
        old: Option<&Json>,
        new: &Json,
    ) -> Result<(), EditError> {
        let is_full = |old: &Json| old.as_object().is_some_and(|fields| !fields.is_empty());
        match (old, new) {
            (None, Json::Null) => Ok(()),
            (Some(_), Json::Null) => self.remove(path),
            (Some(old), Json::Object(_)) if is_full(old) => self.object("", path, Some(old), new),
            (Some(Json::Array(items)), Json::Array(new)) if is_named(key, items, new) => {
                new.iter().try_for_each(|item| self.item(key, path, items, item))
            }
            _ => self.put(path, without_null(new)),
        }
    }

    /// Lays an item over the one of its name, or adds it.
    fn item(
        &mut self,
        key: &str,
        list: &FieldPath,
        items: &[Json],
        new: &Json,
    ) -> Result<(), EditError> {
        let name = name_of(key, new).unwrap_or_default();
        match items.iter().find(|item| name_of(key, item) == Some(name)) {
            Some(old) => self.object(key, &list.item(name), Some(old), new),
            None => self.put(&list.append(), without_null(new)),
        }
    }

    fn put(&mut self, path: &FieldPath, value: Json) -> Result<(), EditError> {
        self.content = set_value(&self.content, &self.select, path, value)?;
        Ok(())
    }

    fn remove(&mut self, path: &FieldPath) -> Result<(), EditError> {
        self.content = unset_in(&self.content, &self.select, path)?;
        Ok(())
    }
}

/// Whether an overlay's list names items of the file's list.
fn is_named(key: &str, old: &[Json], new: &[Json]) -> bool {
    !old.is_empty()
        && !new.is_empty()
        && kind_of(key, old) == Kind::Named
        && kind_of(key, new) == Kind::Named
}

/// A new value: what an overlay takes away is not there.
fn without_null(value: &Json) -> Json {
    match value {
        Json::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            Json::Object(kept.map(|(name, value)| (name.clone(), without_null(value))).collect())
        }
        Json::Array(items) => items.iter().map(without_null).collect(),
        _ => value.clone(),
    }
}
