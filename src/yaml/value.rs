//! What kops' reader makes of a document: types as in YAML 1.1, aliases looked up, of several
//! equal keys the last.

use super::{Content, DEEPEST, Document, MOST_NODES, Node, Resolved, Style, each_node, resolve};
use std::collections::HashMap;

/// A value as kops reads it, with where it stands.
#[derive(Clone, Debug)]
pub struct Value<'a> {
    /// Where it is written; for an alias, the alias.
    pub node: &'a Node,
    /// What it is.
    pub data: Data<'a>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data<'a> {
    /// Nothing.
    Null,
    /// A boolean, however it is spelt.
    Boolean(bool),
    /// A whole number, also as `2.0` or `1e1`.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A list.
    List(Vec<Value<'a>>),
    /// Keys with values; no key occurs twice.
    Map(Vec<Entry<'a>>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The key's text.
    pub name: &'a str,
    /// Where the key stands.
    pub key: &'a Node,
    /// The value.
    pub value: Value<'a>,
}

impl<'a> Value<'a> {
    /// The entries of a map; nothing for anything else.
    pub fn entries(&self) -> &[Entry<'a>] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; nothing for anything else.
    pub fn items(&self) -> &[Value<'a>] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The entry of a key.
    pub fn entry(&self, name: &str) -> Option<&Entry<'a>> {
        self.entries().iter().find(|entry| entry.name == name)
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Value<'a>> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The text; `None` for anything else.
    pub fn text(&self) -> Option<&'a str> {
        match self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number; `None` for anything else.
    pub fn integer(&self) -> Option<i64> {
        match self.data {
            Data::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The boolean; `None` for anything else.
    pub fn boolean(&self) -> Option<bool> {
        match self.data {
            Data::Boolean(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }
}

/// Reads a document. `None`: it cannot be read within the budget, because aliases stand for more
/// than [`MOST_NODES`] values, or for themselves.
///
/// ```
/// use git_store::yaml::{parse, read};
///
/// let yaml = parse(b"a: &x {m: 012, on: y}\nb: *x\n");
/// let value = read(&yaml.documents[0]).expect("within the budget");
/// assert_eq!(value.at(&["b", "m"]).and_then(|m| m.integer()), Some(10));
/// assert_eq!(value.at(&["b", "true"]).and_then(|n| n.boolean()), Some(true));
/// ```
pub fn read(document: &Document) -> Option<Value<'_>> {
    let mut reader = Reader { anchors: HashMap::new(), left: MOST_NODES };
    each_node(&document.root, &mut |node| {
        // `- &a key: value` names the key.
        for node in node.pairs().iter().map(|pair| &pair.key).chain([node]) {
            if let Some(anchor) = node.anchor {
                reader.anchors.insert(anchor, node);
            }
        }
    });
    reader.value(&document.root, DEEPEST)
}

struct Reader<'a> {
    anchors: HashMap<usize, &'a Node>,
    left: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, node: &'a Node, depth: usize) -> Option<Value<'a>> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let data = match &node.content {
            Content::Scalar { text, style } => scalar(text, *style, node.tag.as_deref()),
            Content::Alias(anchor) => match self.anchors.get(anchor).copied() {
                Some(meant) => self.value(meant, depth)?.data,
                None => Data::Null,
            },
            Content::Sequence(items) => {
                let items = items.iter().map(|item| self.value(item, depth));
                Data::List(items.collect::<Option<_>>()?)
            }
            Content::Mapping(_) => Data::Map(self.entries(node, depth)?),
        };
        Some(Value { node, data })
    }

    fn entries(&mut self, node: &'a Node, depth: usize) -> Option<Vec<Entry<'a>>> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut places: HashMap<&'a str, usize> = HashMap::new();
        let mut merged = Vec::new();
        for pair in node.pairs() {
            let value = self.value(&pair.value, depth)?;
            if pair.key.plain() == Some("<<") {
                merged.push(value);
            } else if let Some(name) = name(&pair.key) {
                let entry = Entry { name, key: &pair.key, value };
                let place = *places.entry(name).or_insert(entries.len());
                match entries.get_mut(place) {
                    Some(other) => *other = entry,
                    None => entries.push(entry),
                }
            }
        }
        // What is merged in gives way to what is written.
        for value in merged {
            let maps =
                if value.items().is_empty() { std::slice::from_ref(&value) } else { value.items() };
            for entry in maps.iter().flat_map(Value::entries) {
                if !places.contains_key(entry.name) {
                    places.insert(entry.name, entries.len());
                    entries.push(entry.clone());
                }
            }
        }
        Some(entries)
    }
}

/// The text of a key; kops' reader writes booleans as `true` and `false`.
fn name(key: &Node) -> Option<&str> {
    let Content::Scalar { text, .. } = &key.content else { return None };
    Some(match key.plain().map(resolve) {
        Some(Resolved::HiddenBoolean(true)) => "true",
        Some(Resolved::HiddenBoolean(false)) => "false",
        _ => text,
    })
}

fn scalar<'a>(text: &'a str, style: Style, tag: Option<&str>) -> Data<'a> {
    let is_text = style != Style::Plain || tag.is_some_and(|tag| tag.ends_with("str"));
    if is_text {
        return Data::Text(text);
    }
    match resolve(text) {
        Resolved::Null => Data::Null,
        Resolved::Boolean(value) | Resolved::HiddenBoolean(value) => Data::Boolean(value),
        Resolved::OddNumber(Some(value)) => whole(value).unwrap_or(Data::Float(value as f64)),
        Resolved::Number | Resolved::OddNumber(None) => number(&text.replace('_', "")),
        Resolved::NoNumber | Resolved::Text | Resolved::Merge => Data::Text(text),
    }
}

fn whole<'a>(value: i128) -> Option<Data<'a>> {
    i64::try_from(value).ok().map(Data::Integer)
}

fn number<'a>(text: &str) -> Data<'a> {
    if let Some(value) = text.parse::<i128>().ok().and_then(whole) {
        return value;
    }
    let value: f64 = text.parse().unwrap_or(f64::MAX);
    let is_whole = value.fract() == 0.0;
    let whole = is_whole.then(|| format!("{value:.0}").parse().ok()).flatten();
    whole.map_or(Data::Float(value), Data::Integer)
}
