//! Events of the parser as a tree, within the budget.

use super::{Content, DEEPEST, Document, MOST_NODES, Node, Pair, Style, SyntaxError, Yaml};
use crate::model::Span;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as EventSpan};

/// Parses text that is valid UTF-8 and not too long, and begins at a byte of the file.
pub(super) fn build(text: &str, first: usize) -> Yaml {
    let mut builder = Builder { offsets: Offsets::new(text, first), ..Builder::default() };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let done = match next {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => Err(at(error.marker(), error.info())),
        };
        if let Err(error) = done {
            builder.yaml.error = Some(error);
            break;
        }
    }
    builder.yaml
}

/// A collection that is not closed yet.
struct Open {
    node: Node,
    key: Option<Node>,
}

/// From the parser's positions, which count characters, to bytes.
#[derive(Default)]
struct Offsets {
    first: usize,
    /// The offset of each character; nothing where they are all of one byte.
    wide: Vec<usize>,
}

impl Offsets {
    fn new(text: &str, first: usize) -> Self {
        let ends = std::iter::once(text.len());
        let wide = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(offset, _)| offset).chain(ends).collect(),
        };
        Self { first, wide }
    }

    fn of(&self, mark: &Marker) -> usize {
        let last = self.wide.last().copied().unwrap_or(mark.index());
        self.first + self.wide.get(mark.index()).copied().unwrap_or(last)
    }
}

#[derive(Default)]
struct Builder {
    yaml: Yaml,
    offsets: Offsets,
    open: Vec<Open>,
    is_explicit: bool,
    nodes: usize,
    /// How many nodes have begun.
    begun: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: EventSpan) -> Result<(), SyntaxError> {
        let tag = |tag: Option<_>| {
            tag.map(|tag: std::borrow::Cow<'_, saphyr_parser::Tag>| tag.to_string())
        };
        match event {
            Event::DocumentStart(is_explicit) => self.is_explicit = is_explicit,
            Event::Scalar(text, style, anchor, own) => {
                let content = Content::Scalar { text: text.into_owned(), style: style_of(style) };
                let node = self.node(content, span, anchor, tag(own));
                self.add(node);
            }
            Event::Alias(anchor) => {
                let node = self.node(Content::Alias(anchor), span, 0, None);
                self.add(node);
            }
            Event::SequenceStart(anchor, own) => {
                self.push(Content::Sequence(Vec::new()), span, anchor, tag(own))
            }
            Event::MappingStart(anchor, own) => {
                self.push(Content::Mapping(Vec::new()), span, anchor, tag(own))
            }
            Event::SequenceEnd | Event::MappingEnd => self.pop(span),
            _ => {}
        }
        self.within_budget(span)
    }

    fn within_budget(&self, span: EventSpan) -> Result<(), SyntaxError> {
        if self.open.len() > DEEPEST {
            return Err(at(&span.start, &format!("nested deeper than {DEEPEST} levels")));
        }
        if self.nodes > MOST_NODES {
            return Err(at(&span.start, &format!("more than {MOST_NODES} values")));
        }
        Ok(())
    }

    fn push(&mut self, content: Content, span: EventSpan, anchor: usize, tag: Option<String>) {
        let node = self.node(content, span, anchor, tag);
        self.open.push(Open { node, key: None });
    }

    fn node(
        &mut self,
        content: Content,
        span: EventSpan,
        anchor: usize,
        tag: Option<String>,
    ) -> Node {
        let bytes = self.offsets.of(&span.start)..self.offsets.of(&span.end);
        let anchor = (anchor > 0).then_some(anchor);
        self.begun += 1;
        Node { number: self.begun, span: span_of(span), bytes, content, anchor, tag }
    }

    fn pop(&mut self, span: EventSpan) {
        let Some(mut open) = self.open.pop() else { return };
        open.node.span.end_line = span.end.line();
        open.node.span.end_column = span.end.col() + 1;
        open.node.bytes.end = self.offsets.of(&span.end);
        self.add(open.node);
    }

    /// Adds a finished node to what is open.
    fn add(&mut self, node: Node) {
        self.nodes += 1;
        let Some(open) = self.open.last_mut() else {
            self.yaml.documents.push(Document { root: node, is_explicit: self.is_explicit });
            return;
        };
        match &mut open.node.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(pairs) => match open.key.take() {
                Some(key) => pairs.push(Pair { key, value: node }),
                None => open.key = Some(node),
            },
            Content::Scalar { .. } | Content::Alias(_) => {}
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

/// The parser counts lines from 1 and columns from 0.
fn span_of(span: EventSpan) -> Span {
    Span {
        line: span.start.line(),
        column: span.start.col() + 1,
        end_line: span.end.line(),
        end_column: span.end.col() + 1,
    }
}

fn at(mark: &Marker, message: &str) -> SyntaxError {
    let (line, column) = (mark.line().max(1), mark.col() + 1);
    let message =
        if message == "recursion limit exceeded" { "nested too many levels" } else { message };
    let span = Span { line, column, end_line: line, end_column: column + 1 };
    SyntaxError { span, message: message.to_owned() }
}
