//! Conflicts as git writes them, with the base between the sides.

use super::Labels;

/// Lines of the base, of ours and of theirs, between markers.
pub(super) fn block(
    [base, ours, theirs]: [&[u8]; 3],
    labels: &Labels,
    size: usize,
    line_break: &str,
) -> Vec<u8> {
    let marker = |mark: &str, label: &str| {
        let space = if label.is_empty() { "" } else { " " };
        format!("{}{space}{label}{line_break}", mark.repeat(size))
    };
    let mut text = Vec::new();
    let mut add = |marker: String, lines: &[u8]| {
        text.extend_from_slice(marker.as_bytes());
        text.extend_from_slice(lines);
        if !lines.is_empty() && !lines.ends_with(b"\n") {
            text.extend_from_slice(line_break.as_bytes());
        }
    };
    add(marker("<", &labels.ours), ours);
    add(marker("|", &labels.base), base);
    add(marker("=", ""), theirs);
    add(marker(">", &labels.theirs), b"");
    text
}
