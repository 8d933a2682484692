//! The difference of two commits, by line or by field.

use super::JSON_VERSION;
use super::diff::diff;
use super::text::{DIM, escape, paint, signed};
use crate::check::secrets;
use crate::edit::{Difference, differences};
use crate::model::{TreePath, Verb, pointer};
use serde_json::{Value, json};

/// One file that differs.
#[derive(Debug)]
pub struct Compared {
    /// Where it is.
    pub path: TreePath,
    /// What happened to it.
    pub verb: Verb,
    /// What it held; empty if there was none.
    pub old: Vec<u8>,
    /// What it holds; empty if there is none.
    pub new: Vec<u8>,
    /// Whether its class forbids to show anything.
    pub is_closed: bool,
}

impl Compared {
    fn may_be_shown(&self) -> bool {
        let is_open =
            |content: &[u8]| !pointer::is_pointer(content) && !secrets::has_secret(content);
        !self.is_closed && is_open(&self.old) && is_open(&self.new)
    }

    /// The fields that differ; `None`: they cannot be shown or compared.
    fn fields(&self) -> Option<Vec<Difference>> {
        let is_update = self.verb == Verb::Update && self.may_be_shown();
        is_update.then(|| differences(&self.old, &self.new).ok()).flatten()
    }
}

/// The differences for people. By field, a file whose fields are all the same is left out.
pub fn text(compared: &[Compared], semantic: bool) -> String {
    let shown = compared.iter().map(|file| if semantic { by_field(file) } else { by_line(file) });
    let text: String = shown.collect();
    if text.is_empty() { "No difference.\n".to_owned() } else { text }
}

fn by_line(file: &Compared) -> String {
    let head = format!("{}\n", signed(file.verb, &file.path));
    if file.verb != Verb::Update {
        return head;
    }
    if file.may_be_shown() {
        return head + &diff(&file.old, &file.new);
    }
    head + &format!("    {}\n", paint(DIM, "(not shown)"))
}

fn by_field(file: &Compared) -> String {
    let Some(fields) = file.fields() else { return by_line(file) };
    if fields.is_empty() {
        return String::new();
    }
    let lines: String = fields.iter().map(line).collect();
    format!("{}\n{lines}", signed(file.verb, &file.path))
}

fn line(difference: &Difference) -> String {
    let side = |value: &Option<String>| value.as_deref().map_or("(none)".to_owned(), escape);
    let path = escape(&difference.path.to_string());
    format!("    {path}: {} -> {}\n", side(&difference.old), side(&difference.new))
}

/// The differences for machines.
pub fn json(compared: &[Compared]) -> Value {
    let files = compared.iter().map(|file| {
        let fields = file.fields().map(|fields| fields.iter().map(field).collect::<Vec<_>>());
        json!({ "path": file.path, "verb": file.verb, "fields": fields })
    });
    json!({ "version": JSON_VERSION, "files": files.collect::<Vec<_>>() })
}

fn field(difference: &Difference) -> Value {
    json!({ "path": difference.path.to_string(), "old": difference.old, "new": difference.new })
}
