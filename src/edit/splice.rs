//! Changes to bytes, all at once.

use super::layout::Unclear;
use super::lines::Lines;
use std::ops::Range;

/// Replacements for ranges of a file, which must not overlap.
#[derive(Default, Debug)]
pub(super) struct Splices {
    all: Vec<(Range<usize>, Vec<u8>)>,
}

impl Splices {
    /// Replaces a range.
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<Vec<u8>>) {
        self.all.push((range, text.into()));
    }

    /// Inserts whole lines, each with its line break, where a line begins or the file ends.
    pub fn insert_lines(&mut self, lines: Lines<'_>, at: usize, text: &[u8]) {
        let is_open_end = at == lines.bytes.len() && at > 0 && !lines.bytes.ends_with(b"\n");
        if !is_open_end {
            return self.replace(at..at, text);
        }
        let line_break = lines.line_break();
        let text = text.strip_suffix(line_break.as_bytes()).unwrap_or(text);
        self.replace(at..at, [line_break.as_bytes(), text].concat());
    }

    /// How many changes there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Forgets all but the first changes.
    pub fn forget_after(&mut self, count: usize) {
        self.all.truncate(count);
    }

    /// The file with the changes. Those of one place are in the order in which they were made.
    pub fn apply(mut self, content: &[u8]) -> Result<Vec<u8>, Unclear> {
        self.all.sort_by_key(|(range, _)| (range.start, range.end));
        let mut result = Vec::with_capacity(content.len());
        let mut done = 0;
        for (range, text) in self.all {
            result.extend_from_slice(content.get(done..range.start).ok_or(Unclear)?);
            result.extend_from_slice(&text);
            done = range.end;
        }
        result.extend_from_slice(content.get(done..).ok_or(Unclear)?);
        Ok(result)
    }
}
