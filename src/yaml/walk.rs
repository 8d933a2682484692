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

/// The path of a value, or of the key before it; empty if the tree does not hold it. Only what
/// surrounds it is looked at.
pub fn path_to(root: &Node, wanted: &Node) -> String {
    let mut path = String::new();
    find(&mut path, root, wanted);
    path
}

fn find(path: &mut String, node: &Node, wanted: &Node) -> bool {
    if std::ptr::eq(node, wanted) {
        return true;
    }
    let surrounds = |node: &Node| (node.bytes.start..=node.bytes.end).contains(&wanted.bytes.start);
    let length = path.len();
    for (index, item) in node.items().iter().enumerate().filter(|(_, item)| surrounds(item)) {
        path.push_str(&format!("[{index}]"));
        if find(path, item, wanted) {
            return true;
        }
        path.truncate(length);
    }
    for Pair { key, value } in node.pairs() {
        let is_key = std::ptr::eq(key, wanted);
        if is_key || surrounds(value) {
            push_key(path, key);
            if is_key || find(path, value, wanted) {
                return true;
            }
            path.truncate(length);
        }
    }
    false
}

fn step(path: &mut String, key: Option<&Node>, node: &Node, look: &mut impl FnMut(&Visit<'_>)) {
    look(&Visit { path, key, node });
    let length = path.len();
    match &node.content {
        Content::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
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
