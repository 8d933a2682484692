//! Lists of environment variables: `name:` and `value:` side by side, in any order and style.

use super::fields::value_after;
use super::text::{line_end, line_start, line_start_near, run, trim};
use std::ops::Range;

/// How many lines around a name its value is looked for.
const REACH: usize = 60;

/// How many bytes around a name its value may begin, within `{ … }`.
const WIDTH: usize = 1024;

/// The value of the variable whose name stands at `name`, if it is an entry of such a list.
pub(super) fn value_of(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let key = name_key(text, name.start)?;
    in_flow(text, key).or_else(|| in_block(text, key))
}

/// Where the `name` before a value starts, with its quote.
fn name_key(text: &[u8], at: usize) -> Option<usize> {
    let strip = |slice: &[u8]| {
        let end = slice.iter().rev().take_while(|byte| b" \t\"'\\".contains(byte)).count();
        slice.len() - end
    };
    let from = line_start_near(text, at);
    let line = &text[from..at];
    let colon = strip(line);
    let before = line[..colon].strip_suffix(b":")?;
    let end = strip(before);
    let start =
        end.checked_sub(4).filter(|start| line[*start..end].eq_ignore_ascii_case(b"name"))?;
    let quote = line[..start].iter().rev().take_while(|byte| b"\"'\\".contains(byte)).count();
    let is_word = start == 0 || !line[start - 1].is_ascii_alphanumeric();
    is_word.then_some(from + start - quote)
}

/// Within `{ … }`, over several lines as well.
fn in_flow(text: &[u8], key: usize) -> Option<Range<usize>> {
    let from = key.saturating_sub(WIDTH);
    let open = from + text[from..key].iter().rposition(|byte| matches!(byte, b'{' | b'}'))?;
    if text[open] != b'{' {
        return None;
    }
    let limit = text.len().min(key + WIDTH);
    let end = key + run(&text[..limit], key, |byte| byte != b'}').min(limit - key);
    value_within(text, open..end)
}

fn value_within(text: &[u8], region: Range<usize>) -> Option<Range<usize>> {
    let words = text[region.clone()].windows(5).enumerate();
    let found = words
        .filter(|(_, word)| matches!(word[0], b'v' | b'V') && word.eq_ignore_ascii_case(b"value"));
    found.map(|(index, _)| region.start + index).find_map(|at| {
        let is_word = at == 0 || !text[at - 1].is_ascii_alphanumeric();
        is_word.then(|| value_after(text, &(at..at + 5))).flatten()
    })
}

/// The first column of a line that is neither blank nor the dash of an item.
fn column(line: &[u8]) -> (usize, bool) {
    let mut at = run(line, 0, |byte| byte == b' ');
    let mut has_dash = false;
    while line.get(at) == Some(&b'-') && line.get(at + 1) == Some(&b' ') {
        has_dash = true;
        at += 1 + run(line, at + 1, |byte| byte == b' ');
    }
    (at, has_dash)
}

/// In the lines of the same item, below the name and above it.
fn in_block(text: &[u8], key: usize) -> Option<Range<usize>> {
    let start = line_start(text, key);
    let own = key - start;
    let (_, has_dash) = column(&text[start..line_end(text, key)]);
    below(text, key, own).or_else(|| if has_dash { None } else { above(text, start, own) })
}

fn below(text: &[u8], key: usize, own: usize) -> Option<Range<usize>> {
    let mut start = line_end(text, key) + 1;
    for _ in 0..REACH {
        start += run(text, start, |byte| byte == b'\r');
        let line = text.get(start..line_end(text, start.min(text.len())))?;
        let (at, has_dash) = column(line);
        let is_blank = line.trim_ascii().is_empty() || line[at.min(line.len() - 1)] == b'#';
        if !is_blank && (at < own || (at == own && has_dash)) {
            return None;
        }
        if !is_blank
            && at == own
            && let Some(value) = value_at(text, start + at)
        {
            return Some(value);
        }
        start += line.len();
        if !matches!(text.get(start), Some(b'\n' | b'\r')) {
            return None;
        }
        start += 1;
    }
    None
}

fn above(text: &[u8], mut start: usize, own: usize) -> Option<Range<usize>> {
    for _ in 0..REACH {
        let end = start.checked_sub(1).filter(|end| text[*end] == b'\n')?;
        start = line_start(text, end);
        let line = &text[start..end];
        let (at, has_dash) = column(line);
        if at == own
            && let Some(value) = value_at(text, start + at)
        {
            return Some(value);
        }
        if !line.trim_ascii().is_empty() && (at < own || has_dash && at == own) {
            return None;
        }
    }
    None
}

/// The value of a `value:` that starts here.
fn value_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let at = at + run(text, at, |byte| byte == b'"' || byte == b'\'');
    let word = text.get(at..at + 5)?;
    if !word.eq_ignore_ascii_case(b"value") {
        return None;
    }
    value_after(text, &(at..at + 5)).map(|range| trim(text, range))
}
