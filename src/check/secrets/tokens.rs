//! Secrets that are known by their own form.

use super::text::{line_before, line_end, line_start, run, run_all};
use super::{Found, SecretKind, decode, values};
use std::ops::Range;

/// A token's beginning, its shortest rest, and what it is.
const PREFIXES: &[(&str, usize, SecretKind)] = &[
    ("AKIA", 16, SecretKind::CloudCredential),
    ("ASIA", 16, SecretKind::CloudCredential),
    ("ghp_", 20, SecretKind::GitToken),
    ("gho_", 20, SecretKind::GitToken),
    ("ghu_", 20, SecretKind::GitToken),
    ("ghs_", 20, SecretKind::GitToken),
    ("ghr_", 20, SecretKind::GitToken),
    ("github_pat_", 20, SecretKind::GitToken),
    ("glpat-", 16, SecretKind::GitToken),
    ("gldt-", 16, SecretKind::GitToken),
    ("glrt-", 16, SecretKind::GitToken),
    ("glcbt-", 16, SecretKind::GitToken),
    ("glptt-", 16, SecretKind::GitToken),
    ("glsoat-", 16, SecretKind::GitToken),
    ("glft-", 16, SecretKind::GitToken),
    ("glagent-", 16, SecretKind::GitToken),
    ("xoxb-", 10, SecretKind::ServiceToken),
    ("xoxp-", 10, SecretKind::ServiceToken),
    ("xoxa-", 10, SecretKind::ServiceToken),
    ("xoxr-", 10, SecretKind::ServiceToken),
    ("xoxs-", 10, SecretKind::ServiceToken),
    ("xoxe-", 10, SecretKind::ServiceToken),
    ("xoxe.", 10, SecretKind::ServiceToken),
    ("xapp-", 10, SecretKind::ServiceToken),
    ("hooks.slack.com/services/", 20, SecretKind::ServiceToken),
    ("dop_v1_", 40, SecretKind::CloudCredential),
    ("doo_v1_", 40, SecretKind::CloudCredential),
    ("dor_v1_", 40, SecretKind::CloudCredential),
    ("AIza", 35, SecretKind::CloudCredential),
    ("ya29.", 20, SecretKind::CloudCredential),
    ("GOCSPX-", 20, SecretKind::CloudCredential),
    ("hvs.", 20, SecretKind::ServiceToken),
    ("npm_", 36, SecretKind::ServiceToken),
    ("sk_live_", 16, SecretKind::ServiceToken),
    ("AccountKey=", 20, SecretKind::CloudCredential),
    ("SharedAccessKey=", 20, SecretKind::CloudCredential),
    ("X-Amz-Signature=", 32, SecretKind::CloudCredential),
    ("&sig=", 20, SecretKind::CloudCredential),
    ("?sig=", 20, SecretKind::CloudCredential),
];

/// No token is longer; the longest ones are those of Google.
const LONGEST_TOKEN: usize = 1024;

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'%')
}

/// A token that its first letters give away.
pub(super) fn prefixed(text: &[u8], at: Range<usize>) -> Option<Found> {
    let (prefix, shortest, kind) =
        PREFIXES.iter().find(|(prefix, ..)| prefix.as_bytes() == &text[at.clone()])?;
    let is_amazon = matches!(*prefix, "AKIA" | "ASIA");
    let is_word = prefix.as_bytes()[0].is_ascii_alphanumeric();
    if is_word && at.start > 0 && text[at.start - 1].is_ascii_alphanumeric() {
        return None;
    }
    let length = if is_amazon {
        run(text, at.end, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    } else {
        run(&text[..text.len().min(at.end + LONGEST_TOKEN)], at.end, is_token)
    };
    let fits = if is_amazon { length == 16 } else { length >= *shortest };
    fits.then(|| Found { kind: *kind, range: at.start..at.end + length, field: String::new() })
}

/// A private key in PEM, to the end of its block.
pub(super) fn pem(text: &[u8], at: Range<usize>) -> Option<Found> {
    let head = &text[at.start.saturating_sub(60)..at.start];
    let head = &head[head.windows(5).rposition(|five| five == b"BEGIN")?..];
    let is_label = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ';
    if !head.iter().all(is_label) || !text[at.clone()].iter().all(is_label) {
        return None;
    }
    let start = at.start - head.len();
    let dashes = text[..start].iter().rev().take_while(|byte| **byte == b'-').count();
    let range = start - dashes.min(5)..pem_end(text, at.end);
    (dashes >= 2).then(|| Found { kind: SecretKind::PrivateKey, range, field: String::new() })
}

/// The end of a block: its END line, or else as far as it looks like base64.
fn pem_end(text: &[u8], from: usize) -> usize {
    let is_label = |byte: u8| byte.is_ascii_uppercase() || byte == b' ';
    let label = run(text, from, is_label);
    let start = from + label + run(text, from + label, |byte| byte == b'-').min(5);
    let rest = &text[start..text.len().min(start + 32_768)];
    match rest.windows(5).position(|five| five == b"-----") {
        Some(at) if rest[at + 5..].starts_with(b"END") => {
            let end = start + at + 5 + run(rest, at + 5, is_label);
            end + run(text, end, |byte| byte == b'-').min(5)
        }
        _ => start + run_all(rest, |byte| is_body(byte) || byte.is_ascii_whitespace()),
    }
}

/// A byte of a block's body, also where it is quoted.
fn is_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=\\:,".contains(&byte)
}

/// The rest of the line.
pub(super) fn line(text: &[u8], at: Range<usize>) -> Option<Found> {
    let end = line_end(text, at.end);
    let has_body = end > at.end + 4;
    has_body.then(|| Found {
        kind: SecretKind::PrivateKey,
        range: at.start..end,
        field: String::new(),
    })
}

/// Three parts of base64 for URLs, of which the first is JSON with an algorithm.
pub(super) fn web_token(text: &[u8], at: Range<usize>) -> Option<Found> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if text.get(at.start..at.end)? != b"eyJ" || (at.start > 0 && is_part(text[at.start - 1])) {
        return None;
    }
    let mut end = at.start;
    let mut parts = Vec::new();
    loop {
        let length = run(text, end, is_part);
        parts.push(length);
        end += length;
        if text.get(end) != Some(&b'.') || parts.len() == 5 {
            break;
        }
        end += 1;
    }
    let header = decode::base64(&text[at.start..at.start + parts[0]]);
    let is_header = header.windows(5).any(|five| five == b"\"alg\"");
    let is_signed = parts.len() >= 3 && parts[1] >= 4 && parts[2] >= 8;
    (is_header && is_signed).then(|| Found {
        kind: SecretKind::WebToken,
        range: at.start..end,
        field: String::new(),
    })
}

/// A password before the `@` of a URL.
pub(super) fn url(text: &[u8], at: Range<usize>) -> Option<Found> {
    let stop = |byte: u8| !byte.is_ascii_whitespace() && !b"\"'<>`,;|\\".contains(&byte);
    let near = &text[at.end..text.len().min(at.end + 512)];
    let candidate = &near[..run(near, 0, stop)];
    // A password may hold a '/', but a path with ':' and '@' is far more common.
    let authority = &candidate[..run(candidate, 0, |byte| !matches!(byte, b'/' | b'?' | b'#'))];
    let login = &authority[..authority.iter().rposition(|byte| *byte == b'@')?];
    let colon = login.iter().position(|byte| *byte == b':')?;
    let password = at.end + colon + 1..at.end + login.len();
    let is_text = login.iter().all(u8::is_ascii_graphic);
    (is_text && values::is_literal(&text[password.clone()])).then(|| Found {
        kind: SecretKind::UrlPassword,
        range: password,
        field: String::new(),
    })
}

/// What follows `Authorization: Bearer`.
pub(super) fn header(text: &[u8], at: Range<usize>) -> Option<Found> {
    let before = line_before(text, at.start).to_ascii_lowercase();
    let same_line = line_start(text, at.start) <= at.start;
    if !same_line || !before.windows(13).any(|word| word == b"authorization") {
        return None;
    }
    let length = run(text, at.end, |byte| is_token(byte) || byte == b'~');
    let range = at.end..at.end + length;
    (length >= 8 && values::is_literal(&text[range.clone()])).then(|| Found {
        kind: SecretKind::Field,
        range,
        field: "Authorization".into(),
    })
}
