//! Files of the shapes that kops writes, with comments, and edits to them.

use proptest::prelude::*;

/// How a generated file is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub dash: usize,
    pub step: usize,
    pub crlf: bool,
    pub open_end: bool,
    pub bom: bool,
}

/// A generated value with its comments.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Scalar(String),
    Flow(String),
    Block(Vec<String>),
    Texts(Vec<(String, Note)>),
    Objects(Vec<(String, Pairs)>),
    Map(Pairs),
}

/// Keys with values and comments.
pub(super) type Pairs = Vec<(String, Shape, Note)>;

/// The comments of an entry: above it, behind it, and whether a blank line stands above.
#[derive(Clone, Debug, Default)]
pub(super) struct Note {
    pub above: Option<String>,
    pub behind: Option<String>,
    pub is_apart: bool,
}

const SCALARS: &[&str] = &[
    "a",
    "b",
    "text",
    "3",
    "1.5",
    "true",
    "\"n\"",
    "'it''s'",
    "\"#x\"",
    "10.0.0.0/16",
    "\u{fc}b",
    "\"a\\\"b\"",
    "a b",
    "x:y",
    "-1",
    "012",
    "no",
    "\"2016-12-10T22:42:27Z\"",
    "~",
    "",
    "200m",
];
const KEYS: &[&str] =
    &["name", "zone", "cidr", "image", "size", "\u{e9}t\u{e9}", "\"on\"", "'q k'", "a.b/c", "env"];
const NAMES: &[&str] = &["main", "events", "web", "x1", "\"1\"", "k-2"];

fn note() -> impl Strategy<Value = Note> {
    let text = || proptest::option::weighted(0.2, "[a-z\"':#]{0,6}");
    (text(), text(), proptest::bool::weighted(0.1)).prop_map(|(above, behind, is_apart)| Note {
        above,
        behind,
        is_apart,
    })
}

fn scalar() -> impl Strategy<Value = String> {
    proptest::sample::select(SCALARS).prop_map(str::to_owned)
}

fn names(count: usize) -> impl Strategy<Value = Vec<String>> {
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    proptest::sample::subsequence(names, 0..=count).prop_shuffle()
}

fn leaf() -> impl Strategy<Value = Shape> {
    let flow = proptest::sample::select(&["{}", "[]", "[a, \"b\"]", "{a: 1, b: [c, {d: e}]}"][..]);
    let block = proptest::collection::vec("[ -~]{0,8}", 1..4);
    let texts = (names(5), proptest::collection::vec(note(), 6))
        .prop_map(|(names, notes)| Shape::Texts(names.into_iter().zip(notes).collect()));
    prop_oneof![
        6 => scalar().prop_map(Shape::Scalar),
        1 => flow.prop_map(|text| Shape::Flow(text.into())),
        1 => block.prop_map(Shape::Block),
        2 => texts,
    ]
}

fn pairs(value: impl Strategy<Value = Shape> + Clone) -> impl Strategy<Value = Pairs> {
    let keys: Vec<String> = KEYS[1..].iter().map(|key| (*key).to_owned()).collect();
    let keys = proptest::sample::subsequence(keys, 1..=5).prop_shuffle();
    (keys, proptest::collection::vec((value, note()), 5)).prop_map(|(keys, values)| {
        keys.into_iter().zip(values).map(|(key, (value, note))| (key, value, note)).collect()
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        let inner = inner.boxed();
        let objects = (names(3), proptest::collection::vec(pairs(inner.clone()), 3))
            .prop_map(|(names, fields)| Shape::Objects(names.into_iter().zip(fields).collect()));
        prop_oneof![pairs(inner).prop_map(Shape::Map), objects]
    })
}

/// An object as kops has them, whose `spec` is anything.
pub(super) fn object() -> impl Strategy<Value = Pairs> {
    (pairs(shape().boxed()), proptest::collection::vec(note(), 2)).prop_map(|(spec, notes)| {
        let kind = ("kind".to_owned(), Shape::Scalar("Cluster".into()), notes[0].clone());
        vec![kind, ("spec".to_owned(), Shape::Map(spec), notes[1].clone())]
    })
}

pub(super) fn look() -> impl Strategy<Value = Look> {
    let step = proptest::sample::select(&[2usize, 4][..]);
    (
        any::<bool>(),
        step,
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.05),
    )
        .prop_map(|(is_deep, step, crlf, open_end, bom)| Look {
            dash: if is_deep { 2 } else { 0 },
            step,
            crlf,
            open_end,
            bom,
        })
}

/// The text of an object.
pub(super) fn write(object: &[(String, Shape, Note)], look: Look) -> Vec<u8> {
    let mut lines = Vec::new();
    map(&mut lines, object, 0, look);
    let line_break = if look.crlf { "\r\n" } else { "\n" };
    let mut text = lines.join(line_break);
    text.push_str(if look.open_end { "" } else { line_break });
    format!("{}{text}", if look.bom { "\u{feff}" } else { "" }).into_bytes()
}

fn map(lines: &mut Vec<String>, pairs: &[(String, Shape, Note)], column: usize, look: Look) {
    for (key, value, note) in pairs {
        above(lines, note, column);
        let head = format!("{}{key}:", " ".repeat(column));
        put(lines, head, value, note, column, look);
    }
}

fn above(lines: &mut Vec<String>, note: &Note, column: usize) {
    if note.is_apart {
        lines.push(String::new());
    }
    lines.extend(note.above.iter().map(|text| format!("{}# {text}", " ".repeat(column))));
}

fn behind(note: &Note) -> String {
    note.behind.as_ref().map_or_else(String::new, |text| format!("  # {text}"))
}

fn put(
    lines: &mut Vec<String>,
    head: String,
    value: &Shape,
    note: &Note,
    column: usize,
    look: Look,
) {
    let behind = behind(note);
    match value {
        Shape::Scalar(text) | Shape::Flow(text) => lines.push(format!("{head} {text}{behind}")),
        Shape::Block(body) => {
            lines.push(format!("{head} |-{behind}"));
            let blanks = " ".repeat(column + look.step);
            lines.extend(body.iter().map(|line| format!("{blanks}x{line}")));
        }
        Shape::Map(pairs) => {
            lines.push(format!("{head}{behind}"));
            map(lines, pairs, column + look.step, look);
        }
        Shape::Texts(items) if items.is_empty() => lines.push(format!("{head} []{behind}")),
        Shape::Objects(items) if items.is_empty() => lines.push(format!("{head} []{behind}")),
        Shape::Texts(items) => {
            lines.push(format!("{head}{behind}"));
            texts(lines, items, column + look.dash);
        }
        Shape::Objects(items) => {
            lines.push(format!("{head}{behind}"));
            objects(lines, items, column + look.dash, look);
        }
    }
}

fn texts(lines: &mut Vec<String>, items: &[(String, Note)], column: usize) {
    for (text, note) in items {
        above(lines, note, column);
        let behind = self::behind(note);
        lines.push(format!("{}- {text}{behind}", " ".repeat(column)));
    }
}

fn objects(lines: &mut Vec<String>, items: &[(String, Pairs)], column: usize, look: Look) {
    for (name, pairs) in items {
        lines.push(format!("{}- name: {name}", " ".repeat(column)));
        map(lines, pairs, column + 2, look);
    }
}

/// Every path of a value.
pub(super) fn paths(value: &serde_json::Value) -> Vec<crate::edit::FieldPath> {
    let mut all = Vec::new();
    collect(value, &crate::edit::FieldPath::default(), &mut all);
    all
}

fn collect(
    value: &serde_json::Value,
    path: &crate::edit::FieldPath,
    all: &mut Vec<crate::edit::FieldPath>,
) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = path.key(name);
        collect(value, &path, all);
        all.push(path);
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        let path: crate::edit::FieldPath = format!("{path}[{index}]").parse().expect("a path");
        collect(item, &path, all);
        all.push(path);
    }
}
