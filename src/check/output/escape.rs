//! Text that no terminal obeys.

/// Replaces every character that a terminal could obey or that changes how others are read, one
/// for one, so that columns stay as they are.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(visible_character).collect()
}

/// The sign that stands for a character.
pub(super) fn visible_character(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{7f}' => '\u{2421}',
        // The pictures of control characters stand in their order.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        _ => c,
    }
}
