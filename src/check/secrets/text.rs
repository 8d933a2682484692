//! Small steps over bytes.

use std::ops::Range;

/// The longest word that is looked at; longer ones are no names.
const LONGEST_WORD: usize = 120;

/// How far the ends of a line are looked for, so that a file of one line costs no more than others.
const LONGEST_LINE: usize = 4096;

/// The longest run that [`run`] follows.
const LONGEST_RUN: usize = 8192;

/// How many bytes from `start` fulfil a condition, as far as any token or value reaches.
///
/// The limit keeps the work at each anchor small: a file may consist of anchors only.
pub(super) fn run(text: &[u8], start: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let end = text.len().min(start.saturating_add(LONGEST_RUN));
    text.get(start..end).map_or(0, |rest| run_all(rest, is_part))
}

/// How many bytes from the first one on fulfil a condition, however many there are.
pub(super) fn run_all(text: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| is_part(**byte)).count()
}

/// The start of the line that `at` lies in, or a place far enough before it.
pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    line_start_within(text, at, LONGEST_LINE)
}

fn line_start_within(text: &[u8], at: usize, reach: usize) -> usize {
    let from = at.saturating_sub(reach);
    text[from..at].iter().rposition(|byte| *byte == b'\n').map_or(from, |found| from + found + 1)
}

/// The start of the line that `at` lies in, as far as keys and quotes reach.
pub(super) fn line_start_near(text: &[u8], at: usize) -> usize {
    line_start_within(text, at, 200)
}

/// The end of the line that `at` lies in, without its line break, or a place far enough behind.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    let limit = text.len().min(at.saturating_add(LONGEST_LINE));
    let end = at + run(&text[..limit], at, |byte| byte != b'\n');
    if end > at && text[end - 1] == b'\r' { end - 1 } else { end }
}

/// Whether a byte can be part of a name of a field, variable or flag.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The whole name around a part of it, without leading dashes and dots.
pub(super) fn name_around(text: &[u8], part: Range<usize>) -> Range<usize> {
    let before = text[..part.start].iter().rev().take(LONGEST_WORD);
    let mut start = part.start - before.take_while(|byte| is_name(**byte)).count();
    // The letter of `\n` and `\t` belongs to the escape.
    let is_escape =
        start > 0 && text[start - 1] == b'\\' && matches!(text[start], b'n' | b't' | b'r');
    start += usize::from(is_escape && start < part.start);
    while start < part.start && matches!(text[start], b'-' | b'.') {
        start += 1;
    }
    let rest = &text[part.end..text.len().min(part.end + LONGEST_WORD)];
    start..part.end + run(rest, 0, is_name)
}

/// The first place from `start` on that holds no blank.
pub(super) fn skip_blanks(text: &[u8], start: usize) -> usize {
    start + run(text, start, |byte| matches!(byte, b' ' | b'\t'))
}

/// The part of a line before `at`, without blanks at its end.
pub(super) fn line_before(text: &[u8], at: usize) -> &[u8] {
    text[line_start_near(text, at)..at].trim_ascii_end()
}

/// A range without white space at either end.
pub(super) fn trim(text: &[u8], range: Range<usize>) -> Range<usize> {
    let slice = &text[range.clone()];
    let start = range.start + (slice.len() - slice.trim_ascii_start().len());
    let end = range.end - (slice.len() - slice.trim_ascii_end().len());
    start..end.max(start)
}

/// Bytes as text for a finding: at most 80 characters, nothing unprintable.
pub(super) fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().filter(|c| !c.is_control()).take(80).collect()
}
