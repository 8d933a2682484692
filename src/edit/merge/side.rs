//! One of the three files on the way through a merge.

use crate::edit::entry::Entry;
use crate::edit::identity::name_of;
use crate::edit::layout::Unclear;
use crate::edit::lines::Lines;
use crate::edit::locate::{Level, level};
use crate::edit::source::json;
use crate::yaml::{Data, Value};

/// A collection in one of the three files.
pub(super) struct Side<'v> {
    pub lines: Lines<'v>,
    pub level: Level<'v>,
}

impl<'v> Side<'v> {
    /// The top of a document.
    pub fn new(lines: Lines<'v>, root: &'v Value<'v>) -> Result<Self, Unclear> {
        Ok(Self { lines, level: level(lines, root, None)? })
    }

    /// Where the part of a name stands among the others; `key` is that of the list.
    pub fn find(&self, key: &str, name: &str) -> Option<usize> {
        match &self.level.value.data {
            Data::Map(entries) => entries.iter().position(|entry| entry.name == name),
            Data::List(items) => {
                items.iter().position(|item| name_of(key, &json(item)) == Some(name))
            }
            _ => None,
        }
    }

    /// A part.
    pub fn part(&self, index: usize) -> Option<&'v Value<'v>> {
        match &self.level.value.data {
            Data::Map(entries) => entries.get(index).map(|entry| &entry.value),
            _ => self.level.value.items().get(index),
        }
    }

    /// The lines of a part.
    pub fn entry(&self, index: usize) -> Option<Entry> {
        self.level.parts.entries.get(index).copied()
    }

    /// A part as a collection.
    pub fn below(&self, index: usize) -> Result<Self, Unclear> {
        let child = self.level.parts.children.get(index).copied().ok_or(Unclear)?;
        let value = self.part(index).ok_or(Unclear)?;
        Ok(Self { lines: self.lines, level: level(self.lines, value, Some(child))? })
    }

    /// The name of a part.
    pub fn name(&self, key: &str, index: usize) -> Option<String> {
        match &self.level.value.data {
            Data::Map(entries) => entries.get(index).map(|entry| entry.name.to_owned()),
            Data::List(items) => name_of(key, &json(items.get(index)?)).map(str::to_owned),
            _ => None,
        }
    }
}

/// Lines moved from one column to another, ending as the lines of another file do. The first line
/// stays where it is unless it is a whole one.
pub(super) fn moved(
    text: &[u8],
    (from, to): (usize, usize),
    line_break: &str,
    is_first_whole: bool,
) -> Vec<u8> {
    let mut result = Vec::new();
    for (place, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || (place == 0 && !is_first_whole) {
            result.extend_from_slice(line);
        } else {
            let blank = line.iter().take_while(|byte| **byte == b' ').count();
            result.extend(std::iter::repeat_n(b' ', to.saturating_sub(from)));
            result.extend_from_slice(&line[from.saturating_sub(to).min(blank)..]);
        }
        result.extend_from_slice(line_break.as_bytes());
    }
    result
}
