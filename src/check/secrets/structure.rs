//! Secrets that only the structure of YAML shows: Kubernetes Secrets, and kops' gossip keys.

use super::text::{run, shown};
use super::{Found, SecretKind, values};
use crate::yaml::{self, Node, Yaml};
use std::cell::Cell;
use std::ops::Range;

/// Fields of a cluster whose `secret` is a key, whatever it looks like.
const GOSSIP: &[&str] = &["gossipConfig", "dnsControllerGossipConfig", "secondary"];

/// Looks at every mapping of every document.
pub(super) fn find(text: &[u8], found: &mut Vec<Found>) {
    let parsed = yaml::parse(text);
    let lines = Lines::new(text);
    for document in &parsed.documents {
        yaml::each_node(&document.root, &mut |node| look(node, &lines, found));
    }
    if parsed.error.is_some() {
        found.extend(guess(text, &parsed));
    }
}

fn look(node: &Node, lines: &Lines, found: &mut Vec<Found>) {
    let is_secret = node.get("kind").and_then(Node::text) == Some("Secret");
    for name in ["data", "stringData"].into_iter().filter(|_| is_secret) {
        let pairs = node.get(name).map(Node::pairs).unwrap_or_default();
        found.extend(pairs.iter().filter_map(|pair| {
            let field = format!("{name}.{}", pair.key.text().unwrap_or_default());
            lines.found(&pair.value, SecretKind::SecretObject, &field)
        }));
    }
    for name in GOSSIP {
        let secret = node.get(name).and_then(|gossip| gossip.get("secret"));
        found.extend(secret.and_then(|value| lines.found(value, SecretKind::Field, "secret")));
    }
}

/// What cannot be parsed to its end, and says that it is a Secret with data, counts as one.
fn guess(text: &[u8], parsed: &Yaml) -> Option<Found> {
    let has = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
    let line = parsed.error.as_ref().map_or(1, |error| error.span.line);
    let has_data =
        has(b"data:") || has(b"stringData:") || has(b"\"data\"") || has(b"\"stringData\"");
    let lines = Lines::new(text);
    let start = lines.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
    has_data.then(|| Found {
        kind: SecretKind::SecretObject,
        range: start..text.len(),
        field: "data".into(),
    })
}

/// Where lines start, to find the bytes of a node again.
struct Lines<'a> {
    text: &'a [u8],
    starts: Vec<usize>,
    /// The place found last: nodes come in order, and many can share one line.
    last: Cell<Place>,
}

#[derive(Clone, Copy)]
struct Place {
    line: usize,
    column: usize,
    offset: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, starts, last: Cell::new(Place { line: 1, column: 1, offset: 0 }) }
    }

    fn offset(&self, line: usize, column: usize) -> usize {
        let Some(start) = self.starts.get(line.saturating_sub(1)) else { return self.text.len() };
        let last = self.last.get();
        let is_behind = last.line == line && last.column <= column;
        let from = if is_behind { last } else { Place { line, column: 1, offset: *start } };
        let offset = self.forward(from.offset, column.saturating_sub(from.column));
        self.last.set(Place { line, column, offset });
        offset
    }

    /// Some characters further, but not into the next line.
    fn forward(&self, mut offset: usize, characters: usize) -> usize {
        for _ in 0..characters {
            match self.text.get(offset) {
                None | Some(b'\n') => break,
                Some(_) => {
                    offset += 1 + run(self.text, offset + 1, |byte| (0x80..=0xbf).contains(&byte))
                }
            }
        }
        offset
    }

    fn range(&self, node: &Node) -> Range<usize> {
        let start = self.offset(node.span.line, node.span.column);
        start..self.offset(node.span.end_line, node.span.end_column).max(start)
    }

    fn found(&self, node: &Node, kind: SecretKind, field: &str) -> Option<Found> {
        let has_content = match node.text() {
            // What a Secret holds is one by definition, whatever it looks like.
            Some(text) if kind == SecretKind::SecretObject => !text.trim().is_empty(),
            Some(text) => values::is_literal(text.as_bytes()),
            None => !node.is_null(),
        };
        let range = self.range(node);
        (has_content && !range.is_empty()).then(|| Found {
            kind,
            range,
            field: shown(field.as_bytes()),
        })
    }
}
