//! Removing a field.

use super::locate::{Place, locate};
use super::set::{Target, finish, value};
use super::source::{Source, has_reference, json};
use super::splice::Splices;
use super::style::indent_of;
use super::{EditError, FieldPath, Select, remove, tree};
use serde_json::{Value as Json, json as literal};

/// Removes a field of the selected document.
pub(super) fn unset(
    content: &[u8],
    select: &Select,
    path: &FieldPath,
) -> Result<Vec<u8>, EditError> {
    let source = Source::new(content)?;
    let (document, root) = source.select(select)?;
    let target = Target { source: &source, document, root: &root, path };
    let mut place = locate(source.lines, &root, path)?;
    if place.steps.len() < path.segments().len() {
        return Err(EditError::Missing(path.to_string()));
    }
    if place.last().is_some_and(|level| has_reference(level.value.node)) {
        return Err(EditError::Reference(path.to_string()));
    }
    let mut splices = Splices::default();
    let mut expected = json(&root);
    tree::without(&mut expected, &place.steps);
    take_out(&target, &mut place, &mut splices)?;
    finish(&target, splices, expected)
}

fn take_out(
    target: &Target<'_>,
    place: &mut Place<'_>,
    splices: &mut Splices,
) -> Result<(), EditError> {
    let lines = target.source.lines;
    let (parent, index) = place.parent().ok_or_else(|| target.unclear())?;
    if parent.parts.children.len() > 1 {
        return remove::one(lines, &parent.parts, index, splices).map_err(|_| target.unclear());
    }
    let empty: Json = if parent.value.items().is_empty() { literal!({}) } else { literal!([]) };
    place.levels.pop();
    place.indexes.pop();
    value(target, place, &empty, indent_of(lines, target.root.node), splices)
}
