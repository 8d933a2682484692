//! The comments of a file, so that none is lost.

use crate::edit::layout::{Unclear, children, value_start};
use crate::edit::lines::Lines;
use crate::edit::source::Source;
use crate::yaml::{Content, Node, Style};
use std::collections::BTreeMap;

/// How often each comment occurs.
pub(super) type Comments = BTreeMap<Vec<u8>, usize>;

/// The comments of a file.
pub(super) fn comments(source: &Source<'_>) -> Result<Comments, Unclear> {
    let mut found = Found { lines: source.lines, comments: Comments::new() };
    let mut at = 0;
    for document in source.documents() {
        let root = &document.root;
        found.between(at, root.bytes.start);
        let end = found.value(root, root.bytes.start)?;
        at = end.max(at);
    }
    found.between(at, source.lines.bytes.len());
    Ok(found.comments)
}

struct Found<'a> {
    lines: Lines<'a>,
    comments: Comments,
}

impl Found<'_> {
    /// Looks where no text of a value is.
    fn between(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            let before = at.checked_sub(1).and_then(|before| self.lines.at(before));
            let is_open = before.is_none_or(|byte| byte.is_ascii_whitespace() || byte == 0xbf);
            if self.lines.at(at) == Some(b'#') && is_open {
                let end = self.lines.text_end(at);
                let text = self.lines.part(at, end).trim_ascii_end().to_vec();
                *self.comments.entry(text).or_default() += 1;
                at = end;
            }
            at += 1;
        }
    }

    /// Looks within a value whose key or dash ends at `from`; gives where the value ends.
    fn value(&mut self, node: &Node, from: usize) -> Result<usize, Unclear> {
        let start = value_start(self.lines, node, from);
        let found = children(self.lines, node, from)?;
        let mut at = from;
        let values = node.pairs().iter().map(|pair| &pair.value).chain(node.items());
        for (child, value) in found.all.iter().zip(values) {
            self.between(at, child.start);
            at = self.part(value, child.head_end, child.value_end)?;
        }
        let end = found.flow.map_or(at, |(_, end)| end);
        self.between(at.max(start), end);
        Ok(end)
    }

    fn part(&mut self, node: &Node, head_end: usize, value_end: usize) -> Result<usize, Unclear> {
        match &node.content {
            Content::Mapping(_) | Content::Sequence(_) => self.value(node, head_end),
            Content::Scalar { style, .. } => {
                let start = value_start(self.lines, node, head_end).min(value_end);
                self.between(head_end, start);
                if *style == Style::Block {
                    self.between(start, self.lines.text_end(start));
                }
                Ok(value_end)
            }
            Content::Alias(_) => Ok(value_end),
        }
    }
}

/// The comments that a merge of three files must have.
pub(super) fn wanted(base: &Comments, ours: &Comments, theirs: &Comments) -> Comments {
    let count = |comments: &Comments, text: &Vec<u8>| comments.get(text).copied().unwrap_or(0);
    let all = ours.keys().chain(theirs.keys());
    let wanted = all.map(|text| {
        let (base, ours, theirs) = (count(base, text), count(ours, text), count(theirs, text));
        let merged = match ours == theirs {
            true => ours,
            false => (ours + theirs).saturating_sub(base),
        };
        (text.clone(), merged)
    });
    wanted.filter(|(_, count)| *count > 0).collect()
}
