//! `yaml-syntax`: what kops' reader refuses.

use super::{Check, File, Problem, Rule};
use crate::check::lines::{lines, point};
use crate::model::Severity;
use crate::yaml::{Content, Node, SyntaxError, Yaml, each_node, read, refused_character};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

pub(super) static RULE: Rule = Rule {
    id: "yaml-syntax",
    summary: "the file is no YAML that kops can read",
    explanation: "\
kops refuses a file that is no YAML, and every command on the cluster then fails. Usual causes: a \
tab as indentation, a line that is indented by one space too few or too many, a missing quote, a \
lone carriage return. Within [ ] and { } kops also refuses plain values that begin with a colon, \
such as ::/0; put them in quotes. UTF-16 is read up to its first document; a byte order mark before \
UTF-8 is accepted, but other programs stumble over it. Files above 5 MiB, 100 levels or 200,000 \
values are not read any further.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Yaml(check),
};

const TAB: &str = "a tab as indentation, at which kops refuses the file";

fn check(file: &File<'_>, yaml: &Yaml) -> Vec<Problem> {
    let content = file.content().unwrap_or_default();
    if let Some(problem) = wide(content) {
        return vec![problem];
    }
    let mut problems: Vec<Problem> =
        mark(content).into_iter().chain(odd_character(content)).collect();
    match &yaml.error {
        Some(error) => problems.push(syntax(content, error)),
        None => {
            problems.extend(tabs(content, yaml));
            problems.extend(colons(content, yaml));
            problems.extend(keys(yaml));
            problems.extend(bombs(yaml));
        }
    }
    problems
}

/// Documents whose aliases stand for more than anybody reads, or for themselves.
fn bombs(yaml: &Yaml) -> impl Iterator<Item = Problem> {
    let bombs = yaml.documents.iter().filter(|document| read(document).is_none());
    bombs.map(|document| {
        let message = "its aliases stand for more values than are read, or for themselves";
        Problem::at(document.root.span, message).help("write the values out")
    })
}

/// The parser's own words; a tab is said where it stands, which is often one line further down.
fn syntax(content: &[u8], error: &SyntaxError) -> Problem {
    let near = lines(content).skip(error.span.line - 1).take(2);
    let tab = near
        .filter_map(|(number, line)| indent_tab(&line).map(|column| point(number, column)))
        .next();
    match tab {
        Some(span) => Problem::at(span, TAB).help("use spaces"),
        None => Problem::at(error.span, error.message.clone()),
    }
}

/// The column of the first tab in the indentation of a line, or behind a `-` that begins it.
fn indent_tab(line: &str) -> Option<usize> {
    let mut is_dash = false;
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            b'\t' => return Some(index + 1),
            b' ' => is_dash = false,
            b'-' if !is_dash => is_dash = true,
            _ => return None,
        }
    }
    None
}

fn wide(content: &[u8]) -> Option<Problem> {
    let is_wide = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
    let message = "the file is UTF-16, of which kops reads the first document at best";
    is_wide.then(|| Problem::at(point(1, 1), message).help("save it as UTF-8"))
}

fn mark(content: &[u8]) -> Option<Problem> {
    let message =
        "the file begins with a byte order mark; kops reads over it, other programs do not";
    let problem = || {
        Problem::at(point(1, 1), message)
            .severity(Severity::Note)
            .help("save it as UTF-8 without a mark")
    };
    content.starts_with(b"\xef\xbb\xbf").then(problem)
}

/// The first character that kops' reader refuses wherever it stands.
fn odd_character(content: &[u8]) -> Option<Problem> {
    let text = std::str::from_utf8(content).ok()?;
    let at = refused_character(text)?;
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = if content[at] == b'\r' {
        "a carriage return without a line feed, at which kops refuses the file"
    } else {
        "a control character, at which kops refuses the file"
    };
    Some(
        Problem::at(point(line, column), message)
            .help("remove it, or write it as an escape in double quotes"),
    )
}

/// Tabs as indentation, outside of texts of several lines and of brackets.
fn tabs(content: &[u8], yaml: &Yaml) -> Vec<Problem> {
    if !content.contains(&b'\t') {
        return Vec::new();
    }
    let all: Vec<_> = lines(content).map(|(_, line)| line).collect();
    let values = Values::of(yaml, &all);
    let mut above = None;
    let found = all.iter().enumerate().filter_map(|(index, line)| {
        let is_blank = line.trim().is_empty();
        let is_harmless = |tab| is_blank && values.goes_on(above, tab);
        let tab = indent_tab(line).filter(|tab| !is_harmless(*tab));
        if !is_blank {
            above = Some((index + 1, line.as_ref()));
        }
        tab.filter(|_| !values.texts.contains(&(index + 1))).map(|tab| point(index + 1, tab))
    });
    found.map(|span| Problem::at(span, TAB).help("use spaces")).collect()
}

/// Where values stand, as far as a tab below them depends on it.
#[derive(Default)]
struct Values {
    /// The lines within texts of several lines.
    texts: HashSet<usize>,
    /// Plain values by their last line: where they end, and in which column the key or the `-`
    /// before them stands.
    plain: HashMap<usize, (usize, usize)>,
}

impl Values {
    fn of(yaml: &Yaml, lines: &[Cow<'_, str>]) -> Self {
        let mut values = Self::default();
        for document in &yaml.documents {
            each_node(&document.root, &mut |node| {
                for pair in node.pairs() {
                    values.add(&pair.value, pair.key.span.column);
                }
                for item in node.items() {
                    let line = lines.get(item.span.line.saturating_sub(1));
                    values.add(item, line.map_or(1, |line| dash(line, item.span.column)));
                }
            });
        }
        values
    }

    fn add(&mut self, node: &Node, parent: usize) {
        if !matches!(node.content, Content::Scalar { .. }) {
            return;
        }
        self.texts.extend(node.span.line + 1..=node.span.end_line);
        if node.plain().is_some_and(|text| !text.is_empty()) {
            self.plain.insert(node.span.end_line, (node.span.end_column, parent));
        }
    }

    /// Whether a line of white space with a tab still belongs to the plain value above it.
    fn goes_on(&self, above: Option<(usize, &str)>, tab: usize) -> bool {
        let Some((number, line)) = above else { return false };
        let ends = |end: usize| line.chars().skip(end.saturating_sub(1)).all(char::is_whitespace);
        self.plain.get(&number).is_some_and(|(end, parent)| ends(*end) && tab > *parent)
    }
}

/// The column of the `-` before an item.
fn dash(line: &str, column: usize) -> usize {
    let before: Vec<char> = line.chars().take(column.saturating_sub(1)).collect();
    before.iter().rposition(|c| *c == '-').map_or(1, |place| place + 1)
}

/// Keys that are missing, empty, or no single value.
fn keys(yaml: &Yaml) -> Vec<Problem> {
    let mut problems = Vec::new();
    for document in &yaml.documents {
        each_node(&document.root, &mut |node| {
            let keys = node.pairs().iter().map(|pair| &pair.key);
            let odd = keys.filter(|key| {
                !matches!(key.content, Content::Scalar { .. } | Content::Alias(_)) || key.is_null()
            });
            problems.extend(odd.map(|key| {
                Problem::at(key.span, "kops refuses a key that is empty, a list or a map")
                    .help("write a name before the ':', or put a text with braces in quotes")
            }));
        });
    }
    problems
}

/// Plain values within `[ ]` and `{ }` that begin with a colon.
fn colons(content: &[u8], yaml: &Yaml) -> Vec<Problem> {
    let mut problems = Vec::new();
    let all: Vec<_> = lines(content).map(|(_, line)| line).collect();
    for document in &yaml.documents {
        each_node(&document.root, &mut |node| {
            let text = node.plain().filter(|text| text.starts_with(':') && is_in_flow(&all, node));
            problems.extend(text.map(|text| {
                let message = "kops refuses a plain value that begins with ':' within [ ] or { }";
                Problem::at(node.span, message)
                    .help("put it in quotes")
                    .fix(format!("\"{text}\""), true)
            }));
        });
    }
    problems
}

/// Whether a bracket or comma comes right before a node, or its line.
fn is_in_flow(lines: &[Cow<'_, str>], node: &Node) -> bool {
    let line = lines.get(node.span.line.saturating_sub(1)).map(AsRef::as_ref).unwrap_or_default();
    let end = line
        .char_indices()
        .nth(node.span.column.saturating_sub(1))
        .map_or(line.len(), |(at, _)| at);
    line[..end].trim_end().ends_with(['[', '{', ','])
}
