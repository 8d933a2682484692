//! From a path to the place in a file.

use super::entry::{Entry, entries};
use super::identity::name_of;
use super::layout::{Child, Unclear, children};
use super::lines::Lines;
use super::path::Segment;
use super::source::{is_ambiguous, is_reference, json};
use super::tree::Step;
use super::{EditError, FieldPath};
use crate::yaml::{Data, Value};

/// A value on the way to a place.
pub(super) struct Level<'v> {
    /// The value.
    pub value: &'v Value<'v>,
    /// Its key or dash; nothing for the top.
    pub child: Option<Child>,
    /// What it holds, for a collection.
    pub parts: Parts,
}

/// What a collection holds, in the order of the file.
#[derive(Default)]
pub(super) struct Parts {
    /// Every key or item.
    pub children: Vec<Child>,
    /// The same with their own lines, in a block.
    pub entries: Vec<Entry>,
    /// For `{…}` and `[…]`: where they open, and after where they close.
    pub flow: Option<(usize, usize)>,
}

/// The way to a place, as far as the file goes.
pub(super) struct Place<'v> {
    /// The values from the top on; one more than the steps.
    pub levels: Vec<Level<'v>>,
    /// The step from each level to the next, as a place among its children.
    pub indexes: Vec<usize>,
    /// The same as steps between values.
    pub steps: Vec<Step>,
}

impl<'v> Place<'v> {
    /// The last value on the way.
    pub fn last(&self) -> Option<&Level<'v>> {
        self.levels.last()
    }

    /// The collection that holds the last value, and its place in it.
    pub fn parent(&self) -> Option<(&Level<'v>, usize)> {
        let parent = self.levels.len().checked_sub(2)?;
        Some((self.levels.get(parent)?, *self.indexes.last()?))
    }

    /// The last value with its own lines, where it stands in a block.
    pub fn entry(&self) -> Option<Entry> {
        let (parent, index) = self.parent()?;
        parent.parts.entries.get(index).copied()
    }
}

/// Goes along a path as far as the file does.
pub(super) fn locate<'v>(
    lines: Lines<'_>,
    root: &'v Value<'v>,
    path: &FieldPath,
) -> Result<Place<'v>, EditError> {
    let top = level(lines, root, None).map_err(|_| EditError::Layout("the document".into()))?;
    let mut place = Place { levels: vec![top], indexes: Vec::new(), steps: Vec::new() };
    let mut list = "";
    for (depth, segment) in path.segments().iter().enumerate() {
        let Some(last) = place.last() else { break };
        let here = || path.head(depth);
        if is_reference(last.value.node) {
            return Err(EditError::Reference(here()));
        }
        let Some(index) = find(last.value, list, segment, &here)? else { break };
        let (value, step) = part(last.value, index).ok_or_else(|| EditError::Layout(here()))?;
        let child = last.parts.children.get(index).copied();
        let next = child.ok_or(Unclear).and_then(|child| level(lines, value, Some(child)));
        place.levels.push(next.map_err(|_| EditError::Layout(path.head(depth + 1)))?);
        place.indexes.push(index);
        place.steps.push(step);
        if let Segment::Key(name) | Segment::Quoted(name) = segment {
            list = name;
        }
    }
    Ok(place)
}

/// A value with its parts.
pub(super) fn level<'v>(
    lines: Lines<'_>,
    value: &'v Value<'v>,
    child: Option<Child>,
) -> Result<Level<'v>, Unclear> {
    if !matches!(value.data, Data::List(_) | Data::Map(_)) || is_reference(value.node) {
        return Ok(Level { value, child, parts: Parts::default() });
    }
    let from = child.map_or(value.node.bytes.start, |child| child.head_end);
    let found = children(lines, value.node, from)?;
    let entries = match found.flow {
        Some(_) => Vec::new(),
        None => entries(lines, &found.all, child.map(|child| child.head_end))?,
    };
    Ok(Level { value, child, parts: Parts { children: found.all, entries, flow: found.flow } })
}

/// A part of a value, and the step to it.
fn part<'v>(value: &'v Value<'v>, index: usize) -> Option<(&'v Value<'v>, Step)> {
    match &value.data {
        Data::Map(entries) => {
            entries.get(index).map(|entry| (&entry.value, Step::Key(entry.name.into())))
        }
        _ => value.items().get(index).map(|item| (item, Step::Index(index))),
    }
}

/// Where the part stands that a step names; nothing if it is not there.
fn find(
    value: &Value<'_>,
    list: &str,
    segment: &Segment,
    here: &dyn Fn() -> String,
) -> Result<Option<usize>, EditError> {
    let through = |found| Err(EditError::Through { path: here(), found });
    match (&value.data, segment) {
        (Data::Null, _) => Ok(None),
        (Data::Map(_), _) if is_ambiguous(value) => Err(EditError::Duplicate(here())),
        (Data::Map(entries), Segment::Key(name) | Segment::Quoted(name)) => {
            Ok(entries.iter().position(|entry| entry.name == name))
        }
        (Data::List(items), Segment::Item(name) | Segment::Quoted(name)) => {
            let is_named = |item: &Value<'_>| name_of(list, &json(item)) == Some(name);
            Ok(items.iter().position(is_named))
        }
        (Data::List(items), Segment::Index(index)) => Ok((*index < items.len()).then_some(*index)),
        (Data::List(_), Segment::Append) => Ok(None),
        (Data::Map(entries), _) if entries.is_empty() => Ok(None),
        (Data::List(items), _) if items.is_empty() => Ok(None),
        (Data::Map(_), _) => through("an object"),
        (Data::List(_), _) => through("a list"),
        (Data::Text(_), _) => through("text"),
        (Data::Boolean(_), _) => through("a boolean"),
        (Data::Integer(_) | Data::Float(_), _) => through("a number"),
    }
}
