//! Paths of values, looked up from below.

use super::walk::{push_item, push_key};
use super::{Node, each_node};
use std::collections::HashMap;

/// Where each value of a document stands, so that many paths take no walk each.
#[derive(Debug)]
pub struct Paths {
    /// By the value's address.
    steps: HashMap<usize, Step>,
}

/// The last step to a value.
#[derive(Debug)]
struct Step {
    /// The address of what holds the value.
    from: usize,
    /// The value's own part of the path.
    part: String,
}

impl Paths {
    /// The paths below a value.
    pub fn of(root: &Node) -> Self {
        let mut steps = HashMap::new();
        each_node(root, &mut |from| {
            for (index, item) in from.items().iter().enumerate() {
                let mut part = String::new();
                push_item(&mut part, index);
                steps.insert(address(item), Step { from: address(from), part });
            }
            for pair in from.pairs() {
                let mut part = String::new();
                push_key(&mut part, &pair.key);
                steps.insert(address(&pair.value), Step { from: address(from), part });
            }
        });
        Self { steps }
    }

    /// The path of a value, such as `spec.subnets[0].cidr`; empty for the top, and for a value
    /// that is none of the document's.
    pub fn path(&self, node: &Node) -> String {
        let mut parts = Vec::new();
        let mut last = self.steps.get(&address(node));
        while let Some(step) = last {
            parts.push(step.part.as_str());
            last = self.steps.get(&step.from);
        }
        let mut path = String::new();
        for part in parts.into_iter().rev() {
            if !path.is_empty() && !part.starts_with('[') {
                path.push('.');
            }
            path.push_str(part);
        }
        path
    }
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}
