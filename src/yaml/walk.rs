//! Going through a tree, with the path of each field as the file spells it.

use super::{Content, Node, Pair};

/// The most characters of a key that a path repeats.
const LONGEST_KEY: usize = 200;

/// A place in a document.
pub struct Visit<'a> {
    /// The path, such as `spec.subnets[0].cidr`; empty for the top.
    pub path: &'a str,
    /// The key under which the value stands; `None` for items and the top.
    pub key: Option<&'a Node>,
    /// The value.
    pub node: &'a Node,
}

/// Calls `look` for every value, from top to bottom; keys come with their values.
pub fn walk(root: &Node, look: &mut impl FnMut(&Visit<'_>)) {
    let mut path = String::new();
    step(&mut path, None, root, look);
}

/// Calls `look` for every node that is a value, without its path.
pub fn each_node<'a>(node: &'a Node, look: &mut impl FnMut(&'a Node)) {
    look(node);
    node.items().iter().for_each(|item| each_node(item, look));
    node.pairs().iter().for_each(|pair| each_node(&pair.value, look));
}

/// The path of a value, or of the field whose key it is; `None` if the tree does not hold it.
///
/// Only what lies around the node is looked at, for a file can have as many findings as nodes.
pub fn path_to(root: &Node, node: &Node) -> Option<String> {
    let mut path = String::new();
    let mut here = root;
    while !std::ptr::eq(here, node) {
        let before = |other: &Node| other.number <= node.number;
        if let Content::Sequence(items) = &here.content {
            let index = items.partition_point(before).checked_sub(1)?;
            push_item(&mut path, index);
            here = items.get(index)?;
        } else {
            let pairs = here.pairs();
            let index = pairs.partition_point(|pair| before(&pair.key)).checked_sub(1)?;
            let pair = pairs.get(index)?;
            push_key(&mut path, &pair.key);
            if std::ptr::eq(&pair.key, node) {
                break;
            }
            here = &pair.value;
        }
    }
    Some(path)
}

fn step(path: &mut String, key: Option<&Node>, node: &Node, look: &mut impl FnMut(&Visit<'_>)) {
    look(&Visit { path, key, node });
    let length = path.len();
    match &node.content {
        Content::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                push_item(path, index);
                step(path, None, item, look);
                path.truncate(length);
            }
        }
        Content::Mapping(pairs) => {
            for Pair { key, value } in pairs {
                push_key(path, key);
                step(path, Some(key), value, look);
                path.truncate(length);
            }
        }
        Content::Scalar { .. } | Content::Alias(_) => {}
    }
}

/// Adds the number of an item to a path.
fn push_item(path: &mut String, index: usize) {
    path.push_str(&format!("[{index}]"));
}

/// Adds a key to a path.
fn push_key(path: &mut String, key: &Node) {
    let text = match &key.content {
        Content::Scalar { text, .. } => text.as_str(),
        _ => "?",
    };
    // A path is for people: a key of a megabyte must not be repeated with every field below it.
    let text = text.char_indices().nth(LONGEST_KEY).map_or(text, |(end, _)| &text[..end]);
    let is_simple = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '?');
    if text.is_empty() || !text.chars().all(is_simple) {
        path.push_str(&format!("[{text:?}]"));
    } else {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(text);
    }
}
