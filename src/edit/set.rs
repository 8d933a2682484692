//! Setting a field.

use super::locate::{Place, locate};
use super::path::Segment;
use super::render::Indent;
use super::source::{Source, has_reference, json};
use super::splice::Splices;
use super::style::indent_of;
use super::tree::{self, Step};
use super::{EditError, FieldPath, Select, Wanted, given, insert, replace};
use crate::yaml::Value;
use serde_json::Value as Json;

/// What an edit works on.
pub(super) struct Target<'a> {
    pub source: &'a Source<'a>,
    /// The place of the document among those of the file.
    pub document: usize,
    pub root: &'a Value<'a>,
    pub path: &'a FieldPath,
}

impl Target<'_> {
    /// Why nothing is edited where the layout is not understood.
    pub fn unclear(&self) -> EditError {
        EditError::Layout(self.path.to_string())
    }
}

/// Sets a field of the selected document.
pub(super) fn set(
    content: &[u8],
    select: &Select,
    path: &FieldPath,
    text: &str,
    wanted: Wanted,
) -> Result<Vec<u8>, EditError> {
    let source = Source::new(content)?;
    let (document, root) = source.select(select)?;
    let target = Target { source: &source, document, root: &root, path };
    let place = locate(source.lines, &root, path)?;
    let is_there = place.steps.len() == path.segments().len();
    let old = place.last().filter(|_| is_there).map(|level| level.value);
    put(&target, &place, given::value(text, wanted, old)?)
}

/// Sets a field of a document to a value.
pub(super) fn set_value(
    content: &[u8],
    select: &Select,
    path: &FieldPath,
    new: Json,
) -> Result<Vec<u8>, EditError> {
    let source = Source::new(content)?;
    let (document, root) = source.select(select)?;
    let place = locate(source.lines, &root, path)?;
    put(&Target { source: &source, document, root: &root, path }, &place, new)
}

fn put(target: &Target<'_>, place: &Place<'_>, new: Json) -> Result<Vec<u8>, EditError> {
    let rest = target.path.segments().get(place.steps.len()..).unwrap_or_default();
    let last = place.last().map(|level| level.value).unwrap_or(target.root);
    if rest.is_empty() && json(last) == new {
        return Ok(target.source.lines.bytes.to_vec());
    }
    if has_reference(last.node) && (rest.is_empty() || last.is_null()) {
        return Err(EditError::Reference(target.path.to_string()));
    }
    let missing = missing(target, place, rest)?;
    let mut steps = place.steps.clone();
    steps.extend(missing.iter().cloned());
    let mut splices = Splices::default();
    let indent = indent_of(target.source.lines, target.root.node);
    change(target, place, &missing, new.clone(), indent, &mut splices)?;
    finish(target, splices, tree::with(Some(json(target.root)), &steps, new))
}

/// The steps that are not there yet: keys, and new items at the end of a list.
fn missing(
    target: &Target<'_>,
    place: &Place<'_>,
    rest: &[Segment],
) -> Result<Vec<Step>, EditError> {
    let length = place.last().map_or(0, |level| level.value.items().len());
    let step = |(depth, segment): (usize, &Segment)| match segment {
        Segment::Key(name) | Segment::Quoted(name) if depth > 0 || length == 0 => {
            Ok(Step::Key(name.clone()))
        }
        Segment::Append => Ok(Step::Index(if depth == 0 { length } else { 0 })),
        _ => Err(EditError::Missing(target.path.head(place.steps.len() + depth + 1))),
    };
    rest.iter().enumerate().map(step).collect()
}

/// Changes the bytes: the value that is there is replaced, or the first missing step is added.
fn change(
    target: &Target<'_>,
    place: &Place<'_>,
    missing: &[Step],
    new: Json,
    indent: Indent,
    splices: &mut Splices,
) -> Result<(), EditError> {
    let lines = target.source.lines;
    let last = place.last().ok_or_else(|| target.unclear())?;
    let done = match missing.split_first() {
        Some((Step::Key(name), rest)) if !last.value.entries().is_empty() => {
            insert::key(lines, last, name, &tree::with(None, rest, new), indent, splices)
        }
        Some((Step::Index(_), rest)) if !last.value.items().is_empty() => {
            insert::item(lines, last, &tree::with(None, rest, new), indent, splices)
        }
        _ => {
            let new = tree::with(None, missing, new);
            return value(target, place, &new, indent, splices);
        }
    };
    done.map_err(|_| target.unclear())
}

/// Replaces the last value of a place.
pub(super) fn value(
    target: &Target<'_>,
    place: &Place<'_>,
    new: &Json,
    indent: Indent,
    splices: &mut Splices,
) -> Result<(), EditError> {
    let lines = target.source.lines;
    let last = place.last().ok_or_else(|| target.unclear())?;
    match (place.entry(), last.child) {
        (Some(entry), _) => replace::in_block(lines, &entry, last.value, new, indent, splices),
        (None, Some(child)) => {
            replace::in_flow(lines, &child, last.value, new, splices)
                .map_err(|_| target.unclear())?;
        }
        (None, None) => root(target, place, new, indent, splices)?,
    }
    Ok(())
}

/// Replaces the whole of a document that is, or becomes, empty.
fn root(
    target: &Target<'_>,
    place: &Place<'_>,
    new: &Json,
    indent: Indent,
    splices: &mut Splices,
) -> Result<(), EditError> {
    let lines = target.source.lines;
    let parts = &place.last().ok_or_else(|| target.unclear())?.parts;
    let (start, end) = match (parts.flow, parts.entries.first()) {
        (Some(range), _) => range,
        (None, Some(entry)) => (entry.start, parts.entries.last().unwrap_or(entry).value_end),
        (None, None) => return Err(target.unclear()),
    };
    let text = match super::render::is_inline(new) || lines.start(start) != start {
        true => super::render::flow(new, None),
        false => super::render::block(new, indent).join(lines.line_break()),
    };
    splices.replace(start..end, text);
    Ok(())
}

/// The edited file, if it reads as it must.
pub(super) fn finish(
    target: &Target<'_>,
    splices: Splices,
    expected: Json,
) -> Result<Vec<u8>, EditError> {
    let changed = splices.apply(target.source.lines.bytes).map_err(|_| target.unclear())?;
    let mut wanted = target.source.values()?;
    if let Some(document) = wanted.get_mut(target.document) {
        *document = expected;
    }
    let read =
        Source::new(&changed).and_then(|source| source.values()).map_err(|_| target.unclear())?;
    if read == wanted { Ok(changed) } else { Err(target.unclear()) }
}
