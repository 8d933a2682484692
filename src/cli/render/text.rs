//! Words, numbers and colours that all texts share.

use crate::model::Verb;
use crate::model::key::write_escaped;
use anstyle::{AnsiColor, Style};
use std::fmt;

/// What is the main thing in a line.
pub const BOLD: Style = Style::new().bold();
/// What is there for context.
pub const DIM: Style = Style::new().dimmed();
/// Something new, or good.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Something changed, or worth a look.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Something gone, or bad.
pub const RED: Style = AnsiColor::Red.on_default();
/// Where in a file.
pub const CYAN: Style = AnsiColor::Cyan.on_default();

/// A text in a style.
pub fn paint(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The colour of a verb.
pub fn verb_style(verb: Verb) -> Style {
    match verb {
        Verb::Create => GREEN,
        Verb::Update => YELLOW,
        Verb::Delete => RED,
    }
}

/// A verb's sign and what it is about, such as `+ prod/config`.
pub fn signed(verb: Verb, name: impl fmt::Display) -> String {
    paint(verb_style(verb), format!("{} {name}", verb.sign()))
}

struct Escaped<'a>(&'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0)
    }
}

/// A text with everything escaped that could drive a terminal or forge a line; tabs stay.
pub fn escape(text: &str) -> String {
    let parts: Vec<String> = text
        .split('\t')
        .map(|part| Escaped(part.as_bytes()).to_string())
        .collect();
    parts.join("\t")
}

/// A foreign message as part of one line: white space folded, credentials taken out, the rest
/// escaped.
pub fn one_line(message: &str) -> String {
    let words: Vec<String> = message.split_whitespace().map(redact).collect();
    escape(&words.join(" "))
}

/// Takes user names, passwords and signatures out of a word that holds a URL.
fn redact(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else {
        return word.to_owned();
    };
    let rest = without_user(rest);
    let rest = match rest.split_once('?') {
        Some((path, query)) if is_signed(query) => format!("{path}?***"),
        _ => rest,
    };
    format!("{scheme}://{rest}")
}

/// A password may hold a `/`, so with a `:` in front everything up to the last `@` goes.
fn without_user(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    match rest.rsplit_once('@') {
        Some((user, host))
            if authority.contains('@') || (!authority.is_empty() && user.contains(':')) =>
        {
            format!("***@{host}")
        }
        _ => rest.to_owned(),
    }
}

fn is_signed(query: &str) -> bool {
    let query = query.to_ascii_lowercase();
    ["signature", "credential", "token", "secret", "sig="]
        .iter()
        .any(|word| query.contains(word))
}

/// A number of things, such as `1 object` and `2 objects`.
pub fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

/// A number of bytes for people, such as `17 B` and `1.5 MiB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if number < 1024 {
        return format!("{number} B");
    }
    // In tenths of a unit, so that no floating point is needed.
    let mut tenths = u128::from(number) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
pub(crate) mod testing {
    /// A text without its colours.
    pub(crate) fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    /// A text with the escape character made visible.
    pub(crate) fn visible(text: &str) -> String {
        text.replace('\u{1b}', "␛")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_messages_are_one_harmless_line() {
        let cases = [
            ("a\n  b\r\nc", "a b c"),
            ("\u{1b}[31mred\u{7}", r"\u{1b}[31mred\u{7}"),
            (
                "no route to https://key:secret@host:9000/x",
                "no route to https://***@host:9000/x",
            ),
            ("https://key:se/cr@et@host/x", "https://***@host/x"),
            ("file:///a:b@c", "file:///a:b@c"),
            ("see https://host/a@b", "see https://host/a@b"),
            (
                "GET 'https://h/k?X-Amz-Credential=a&X-Amz-Signature=b'",
                "GET 'https://h/k?***",
            ),
            ("GET https://h/?list-type=2", "GET https://h/?list-type=2"),
        ];
        for (message, line) in cases {
            assert_eq!(one_line(message), line);
        }
    }

    #[test]
    fn tabs_are_harmless() {
        assert_eq!(escape("a\tb\r\u{9b}"), "a\tb\\r\\u{9b}");
    }

    #[test]
    fn numbers_for_people() {
        let cases = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536 * 1024, "1.5 MiB"),
            (u64::MAX, "16383.9 PiB"),
        ];
        for (number, text) in cases {
            assert_eq!(bytes(number), text);
        }
        assert_eq!(count(1, "object"), "1 object");
        assert_eq!(count(0, "object"), "0 objects");
    }
}
