//! Lines and tokens of a file, on bytes.

/// A file as lines.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    /// The whole file.
    pub bytes: &'a [u8],
    first: usize,
}

impl<'a> Lines<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, first: if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 } }
    }

    pub fn at(&self, offset: usize) -> Option<u8> {
        self.bytes.get(offset).copied()
    }

    /// The bytes of a range; nothing where there are none.
    pub fn part(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Where the line of an offset begins.
    pub fn start(&self, offset: usize) -> usize {
        let before = self.part(self.first, offset.max(self.first));
        let newline = before.iter().rposition(|byte| *byte == b'\n');
        newline.map_or(self.first, |place| self.first + place + 1)
    }

    /// Where the next line begins, or the file ends.
    pub fn next(&self, offset: usize) -> usize {
        let rest = self.part(offset, self.bytes.len());
        let newline = rest.iter().position(|byte| *byte == b'\n');
        newline.map_or(self.bytes.len(), |place| offset + place + 1)
    }

    /// Where the text of a line ends, before its line break.
    pub fn text_end(&self, offset: usize) -> usize {
        let next = self.next(offset);
        let line = self.part(offset, next);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        offset + line.strip_suffix(b"\r").unwrap_or(line).len()
    }

    /// The next token at or after an offset, after white space and comments; the end of the file
    /// where there is none.
    pub fn token(&self, mut offset: usize) -> usize {
        while let Some(byte) = self.at(offset) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => offset += 1,
                b'#' if self.opens_comment(offset) => offset = self.next(offset),
                _ => break,
            }
        }
        offset
    }

    fn opens_comment(&self, offset: usize) -> bool {
        offset <= self.first
            || self.at(offset - 1).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Where a line's comment begins; nothing if the line holds anything else.
    pub fn comment(&self, line: usize) -> Option<usize> {
        let text = self.part(line, self.next(line));
        let blank = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (text.get(blank) == Some(&b'#')).then_some(line + blank)
    }

    /// Whether a line holds nothing but white space.
    pub fn is_blank(&self, line: usize) -> bool {
        self.part(line, self.next(line)).iter().all(u8::is_ascii_whitespace)
    }

    /// Whether the rest of a line is white space and a comment.
    pub fn is_rest_empty(&self, offset: usize) -> bool {
        let line = self.part(offset, self.next(offset));
        let blank = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        blank == line.len() || (line[blank] == b'#' && (blank > 0 || self.opens_comment(offset)))
    }

    /// The end of a range without the white space there.
    pub fn trimmed(&self, start: usize, end: usize) -> usize {
        start + self.part(start, end).trim_ascii_end().len()
    }

    /// How the file ends its lines.
    pub fn line_break(&self) -> &'static str {
        let first = self.part(self.first, self.next(self.first));
        if first.ends_with(b"\r\n") { "\r\n" } else { "\n" }
    }
}
