//! The tree of a document.

use crate::model::Span;
use std::ops::Range;

/// One document of a file.
#[derive(Debug)]
pub struct Document {
    /// The top of the tree; a null scalar for an empty document.
    pub root: Node,
    /// Whether a `---` stands before it.
    pub is_explicit: bool,
}

/// A value or a key.
#[derive(Debug)]
pub struct Node {
    /// Its number in the file: above those of what stands before it or around it.
    pub(super) number: usize,
    /// Where it stands.
    pub span: Span,
    /// Where it stands in the file, in bytes. A block ends where the next thing begins, after
    /// blank lines and comments.
    pub bytes: Range<usize>,
    /// What it is.
    pub content: Content,
    /// The number of its anchor (`&name`) in the file.
    pub anchor: Option<usize>,
    /// Its tag, such as `!!str`.
    pub tag: Option<String>,
}

/// What a node is.
#[derive(Debug)]
pub enum Content {
    /// Text, number, boolean or null: which of them depends on the reader.
    Scalar {
        /// The text, without quotes and escapes.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Pairs in the order of the file; a key can occur twice.
    Mapping(Vec<Pair>),
    /// `*name`, with the number of the anchor; [`read`](super::read) looks up what it stands for.
    Alias(usize),
}

/// A key with its value.
#[derive(Debug)]
pub struct Pair {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Without quotes: a reader may see a number or a boolean.
    Plain,
    /// In quotes, always text.
    Quoted,
    /// As a block (`|`, `>`), always text.
    Block,
}

impl Node {
    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, style } if *style != Style::Plain || !is_null(text) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// The text of a plain scalar without a tag, null or not.
    pub fn plain(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, style: Style::Plain } if self.tag.is_none() => Some(text),
            _ => None,
        }
    }

    /// Whether it is null, also by having no text at all.
    pub fn is_null(&self) -> bool {
        self.plain().is_some_and(is_null)
    }

    /// The pairs of a mapping; nothing for anything else.
    pub fn pairs(&self) -> &[Pair] {
        match &self.content {
            Content::Mapping(pairs) => pairs,
            _ => &[],
        }
    }

    /// The items of a list; nothing for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.content {
            Content::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The value of a key. Of several the last one, as kops takes it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.pair(key).map(|pair| &pair.value)
    }

    /// The pair of a key. Of several the last one, as kops takes it.
    pub fn pair(&self, key: &str) -> Option<&Pair> {
        self.pairs().iter().rev().find(|pair| pair.key.text() == Some(key))
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
