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

/// The path of a value, which is given itself or by its key; empty if it is not below `root`.
pub fn path_to(root: &Node, wanted: &Node) -> String {
    let mut path = String::new();
    if descend(&mut path, root, wanted) {
        return path;
    }
    // A value that is nothing can stand behind the end of what it belongs to.
    let mut found = String::new();
    walk(root, &mut |visit| {
        if [Some(visit.node), visit.key].into_iter().flatten().any(|at| std::ptr::eq(at, wanted)) {
            visit.path.clone_into(&mut found);
        }
    });
    found
}

/// Goes down to a node by its place, without looking at every other one.
fn descend(path: &mut String, node: &Node, wanted: &Node) -> bool {
    if std::ptr::eq(node, wanted) {
        return true;
    }
    let is_before = |other: &Node| other.bytes.start <= wanted.bytes.start;
    match &node.content {
        Content::Sequence(items) => {
            let index = items.partition_point(is_before).saturating_sub(1);
            path.push_str(&format!("[{index}]"));
            items.get(index).is_some_and(|item| descend(path, item, wanted))
        }
        Content::Mapping(pairs) => {
            let index = pairs.partition_point(|pair| is_before(&pair.key)).saturating_sub(1);
            let Some(Pair { key, value }) = pairs.get(index) else { return false };
            push_key(path, key);
            std::ptr::eq(key, wanted) || descend(path, value, wanted)
        }
        Content::Scalar { .. } | Content::Alias(_) => false,
    }
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
