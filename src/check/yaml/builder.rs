//! Events of the parser as a tree, within the budget.

use super::{Content, DEEPEST, Document, MOST_NODES, Node, Pair, Style, SyntaxError, Yaml};
use crate::model::Span;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as EventSpan};

/// Parses text that is valid UTF-8 and not too long.
pub(super) fn build(text: &str) -> Yaml {
    let mut builder = Builder::default();
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

#[derive(Default)]
struct Builder {
    yaml: Yaml,
    open: Vec<Open>,
    is_explicit: bool,
    nodes: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: EventSpan) -> Result<(), SyntaxError> {
        let tag = |tag: Option<_>| tag.map(|tag: std::borrow::Cow<'_, saphyr_parser::Tag>| tag.to_string());
        match event {
            Event::DocumentStart(is_explicit) => self.is_explicit = is_explicit,
            Event::Scalar(text, style, anchor, own) => {
                let content = Content::Scalar { text: text.into_owned(), style: style_of(style) };
                self.add(Node { span: span_of(span), content, is_anchored: anchor > 0, tag: tag(own) });
            }
            Event::Alias(_) => self.add(Node {
                span: span_of(span),
                content: Content::Alias,
                is_anchored: false,
                tag: None,
            }),
            Event::SequenceStart(anchor, own) => self.push(Content::Sequence(Vec::new()), span, anchor, tag(own)),
            Event::MappingStart(anchor, own) => self.push(Content::Mapping(Vec::new()), span, anchor, tag(own)),
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
        let node = Node { span: span_of(span), content, is_anchored: anchor > 0, tag };
        self.open.push(Open { node, key: None });
    }

    fn pop(&mut self, span: EventSpan) {
        let Some(mut open) = self.open.pop() else { return };
        open.node.span.end_line = span.end.line();
        open.node.span.end_column = span.end.col() + 1;
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
            Content::Scalar { .. } | Content::Alias => {}
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
    let message = if message == "recursion limit exceeded" { "nested too many levels" } else { message };
    let span = Span { line, column, end_line: line, end_column: column + 1 };
    SyntaxError { span, message: message.to_owned() }
}
