//! Paths of fields, such as `spec.etcdClusters[main].etcdMembers[a].instanceGroup`.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The path of a field in an object.
///
/// | written | means |
/// |---|---|
/// | `spec.image` | a key |
/// | `labels["a.b/c"]` | a key, or an item, whose name has other characters than letters, digits, `_` and `-` |
/// | `etcdClusters[main]` | the item of a list that is named so |
/// | `subnets[0]` | an item by its place, from 0 |
/// | `sshAccess[+]` | a new item at the end |
///
/// ```
/// use git_store::edit::FieldPath;
///
/// let path: FieldPath = "spec.subnets[0].cidr".parse().expect("a path");
/// assert_eq!(path.to_string(), "spec.subnets[0].cidr");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FieldPath {
    segments: Vec<Segment>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Segment {
    /// A key.
    Key(String),
    /// An item by its identifying field.
    Item(String),
    /// A name in quotes: a key or an item.
    Quoted(String),
    /// An item by its place.
    Index(usize),
    /// A new item.
    Append,
}

/// Why a text is no path.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{text:?} is no path of a field: {problem}")]
pub struct PathError {
    text: String,
    problem: &'static str,
}

impl FieldPath {
    /// The steps.
    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The path of the first `length` steps, for messages.
    pub(super) fn head(&self, length: usize) -> String {
        let segments = self.segments.iter().take(length).cloned().collect();
        Self { segments }.to_string()
    }

    /// This path, and a key below it.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        self.with(if is_simple(name) { Segment::Key(name.into()) } else { quoted(name) })
    }

    /// This path, and the item of a list below it that is named so.
    #[must_use]
    pub fn item(&self, name: &str) -> Self {
        let is_item = is_bare_item(name) && index(name).is_none() && name != "+";
        self.with(if is_item { Segment::Item(name.into()) } else { quoted(name) })
    }

    /// This path, and a new item of the list there.
    pub(super) fn append(&self) -> Self {
        self.with(Segment::Append)
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment);
        Self { segments }
    }
}

fn quoted(name: &str) -> Segment {
    Segment::Quoted(name.into())
}

fn is_simple(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

fn is_bare_item(name: &str) -> bool {
    let is_bare = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '[' | ']' | '"');
    !name.is_empty() && name.chars().all(is_bare)
}

fn index(name: &str) -> Option<usize> {
    let is_digits = name.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| name.parse().ok()).flatten()
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Key(name) if place == 0 => f.write_str(name)?,
                Segment::Key(name) => write!(f, ".{name}")?,
                Segment::Item(name) => write!(f, "[{name}]")?,
                Segment::Quoted(name) => {
                    write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Append => f.write_str("[+]")?,
            }
        }
        Ok(())
    }
}

impl FromStr for FieldPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let next =
                if rest.starts_with('[') { bracket(rest) } else { key(rest, segments.is_empty()) };
            let (segment, after) = next.map_err(|problem| error(text, problem))?;
            segments.push(segment);
            rest = after;
        }
        match segments.is_empty() {
            true => Err(error(text, "it names no field")),
            false => Ok(Self { segments }),
        }
    }
}

fn error(text: &str, problem: &'static str) -> PathError {
    PathError { text: text.into(), problem }
}

/// A key up to the next `.` or `[`.
fn key(rest: &str, is_first: bool) -> Result<(Segment, &str), &'static str> {
    let rest = match is_first {
        true => rest,
        false => rest.strip_prefix('.').ok_or("after `]` comes `.` or `[`")?,
    };
    let (name, after) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    match is_simple(name) {
        true => Ok((Segment::Key(name.into()), after)),
        false if name.is_empty() => Err("a name is missing"),
        false => Err("write names with other characters as [\"…\"]"),
    }
}

/// What stands in brackets.
fn bracket(rest: &str) -> Result<(Segment, &str), &'static str> {
    if let Some(inner) = rest.strip_prefix("[\"") {
        return in_quotes(inner);
    }
    let (name, after) = rest[1..].split_once(']').ok_or("`]` is missing")?;
    let segment = match name {
        "+" => Segment::Append,
        _ if !is_bare_item(name) => return Err("write names with other characters as [\"…\"]"),
        _ => index(name).map_or_else(|| Segment::Item(name.into()), Segment::Index),
    };
    Ok((segment, after))
}

/// A name in quotes, in which `\` makes the next character an ordinary one.
fn in_quotes(inner: &str) -> Result<(Segment, &str), &'static str> {
    let mut name = String::new();
    let mut chars = inner.char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '"' => {
                let after = inner[offset + 1..].strip_prefix(']').ok_or("`]` is missing")?;
                return Ok((Segment::Quoted(name), after));
            }
            '\\' => name.extend(chars.next().map(|(_, next)| next)),
            _ => name.push(c),
        }
    }
    Err("the closing quote is missing")
}
