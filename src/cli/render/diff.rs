//! The difference of two contents, as lines for people.

use super::text::{CYAN, DIM, GREEN, RED, bytes, escape, paint};
use similar::{ChangeTag, TextDiff};

/// Contents that are larger than this together are not compared line by line.
pub const LARGEST: usize = 128 * 1024;

/// Lines of context around a change.
const CONTEXT: usize = 3;

const INDENT: &str = "    ";

/// A unified diff, indented and coloured; for binary or large contents one line that says so.
pub fn diff(old: &[u8], new: &[u8]) -> String {
    if old.len() + new.len() > LARGEST {
        return summary(old, new, "large");
    }
    match (text(old), text(new)) {
        (Some(old), Some(new)) => unified(old, new),
        _ => summary(old, new, "binary"),
    }
}

fn text(content: &[u8]) -> Option<&str> {
    std::str::from_utf8(content)
        .ok()
        .filter(|text| !text.contains('\0'))
}

fn summary(old: &[u8], new: &[u8], kind: &str) -> String {
    let size = |content: &[u8]| bytes(content.len() as u64);
    let text = format!("({kind}: {} before, {} after)", size(old), size(new));
    format!("{INDENT}{}\n", paint(DIM, text))
}

fn unified(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut shown = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let header = hunk.header().to_string();
        shown += &format!("{INDENT}{}\n", paint(CYAN, header.trim_end()));
        for change in hunk.iter_changes() {
            shown += &line(change.tag(), change.value());
        }
    }
    shown
}

fn line(tag: ChangeTag, value: &str) -> String {
    let content = escape(value.strip_suffix('\n').unwrap_or(value));
    let shown = match tag {
        ChangeTag::Equal => format!(" {content}"),
        ChangeTag::Delete => paint(RED, format!("-{content}")),
        ChangeTag::Insert => paint(GREEN, format!("+{content}")),
    };
    let is_ended = value.ends_with(['\n', '\r']);
    let end = if is_ended {
        String::new()
    } else {
        format!("{INDENT}{}\n", paint(DIM, "\\ no line feed at the end"))
    };
    format!("{INDENT}{shown}\n{end}")
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{plain, visible};
    use super::*;

    #[test]
    fn only_what_changed_is_shown_with_context() {
        let old = "a\nb\nc\nd\ne\nf\n";
        let new = "a\nb\nc\nd\nE\nf";
        insta::assert_snapshot!(plain(&diff(old.as_bytes(), new.as_bytes())), @r#"
    @@ -2,5 +2,5 @@
     b
     c
     d
    -e
    -f
    +E
    +f
    \ no line feed at the end
    "#);
    }

    #[test]
    fn colours() {
        insta::assert_snapshot!(visible(&diff(b"a\n", b"b\n")), @"
    ␛[36m@@ -1 +1 @@␛[0m
    ␛[31m-a␛[0m
    ␛[32m+b␛[0m
    ");
    }

    #[test]
    fn content_cannot_drive_a_terminal() {
        let shown = diff(b"a\r\n", b"\x1b]0;title\x07\xe2\x80\xae\xc2\x9b1A\n");
        insta::assert_snapshot!(plain(&shown), @r#"
    @@ -1 +1 @@
    -a\r
    +\u{1b}]0;title\u{7}\u{202e}\u{9b}1A
    "#);
        assert!(!shown.contains("\u{1b}]") && !shown.contains('\r'));
    }

    #[test]
    fn binary_and_large_contents_are_summed_up() {
        let large = vec![b'x'; LARGEST];
        insta::assert_snapshot!(plain(&diff(b"\xff\xfe", b"a")), @"    (binary: 2 B before, 1 B after)");
        insta::assert_snapshot!(plain(&diff(b"a\0b", b"a")), @"    (binary: 3 B before, 1 B after)");
        insta::assert_snapshot!(plain(&diff(&large, b"a")), @"    (large: 128.0 KiB before, 1 B after)");
    }
}
