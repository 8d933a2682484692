//! How a file is indented.

use super::layout::children;
use super::lines::Lines;
use super::render::Indent;
use crate::yaml::Node;

/// What the first map and the first list below a key of a document say; else as kops writes.
pub(super) fn indent_of(lines: Lines<'_>, root: &Node) -> Indent {
    let mut found = Found::default();
    look(lines, root, root.bytes.start, &mut found);
    Indent { map: found.map.unwrap_or(2), list: found.list.unwrap_or(0) }
}

#[derive(Default)]
struct Found {
    map: Option<usize>,
    list: Option<usize>,
}

fn look(lines: Lines<'_>, node: &Node, from: usize, found: &mut Found) {
    let Ok(parts) = children(lines, node, from) else { return };
    if parts.flow.is_some() || (found.map.is_some() && found.list.is_some()) {
        return;
    }
    let values = node.pairs().iter().map(|pair| &pair.value).chain(node.items());
    for (child, value) in parts.all.iter().zip(values) {
        let below = value.pairs().len() + value.items().len() > 0;
        let start = lines.token(child.head_end);
        if below && !node.pairs().is_empty() && start >= lines.next(child.head_end) {
            let column = |offset: usize| offset - lines.start(offset);
            let deeper = column(start).saturating_sub(column(child.start));
            let kind = if value.pairs().is_empty() { &mut found.list } else { &mut found.map };
            kind.get_or_insert(deeper);
        }
        if below {
            look(lines, value, child.head_end, found);
        }
    }
}
