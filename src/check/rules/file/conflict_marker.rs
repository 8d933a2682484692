//! `conflict-marker`: what a merge left behind.

use super::{Check, File, Problem, Rule};
use crate::check::lines::{line_span, lines};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "conflict-marker",
    summary: "a merge conflict was not resolved",
    explanation: "\
Lines that begin with <<<<<<<, ======= and >>>>>>> are left by a merge that could not decide. kops \
refuses such a file, or, where the markers lie inside a block of text, hands them on to the \
machines. Keep one side, or both, and delete the markers.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::File(check),
};

fn check(file: &File<'_>) -> Vec<Problem> {
    let content = file.content().unwrap_or_default();
    let has_marker = content.windows(7).any(|part| part == b"<<<<<<<" || part == b">>>>>>>");
    if !has_marker || file.holds_key_material() {
        return Vec::new();
    }
    let mut is_open = false;
    let mut problems = Vec::new();
    for (number, line) in lines(content) {
        let Some(marker) = marker(&line, is_open) else { continue };
        is_open = marker != '>';
        let message = "a conflict marker of a merge is left in the file";
        problems.push(
            Problem::at(line_span(number, &line), message)
                .help("resolve the conflict and delete the marker lines"),
        );
    }
    problems
}

/// The character of a marker. `=======` and `|||||||` only count within a conflict: they are
/// headings elsewhere.
fn marker(line: &str, is_open: bool) -> Option<char> {
    let first = line.chars().next()?;
    let run = line.chars().take_while(|c| *c == first).count();
    let rest = &line[run * first.len_utf8()..];
    let is_marker = run == 7 && (rest.is_empty() || rest.starts_with(' '));
    let counts = matches!(first, '<' | '>') || (is_open && matches!(first, '=' | '|'));
    (is_marker && counts).then_some(first)
}
