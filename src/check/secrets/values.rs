//! Whether a value is a secret itself, or only stands for one.

/// Beginnings of values that refer to a secret elsewhere, or are already encrypted.
const REFERENCES: &[&[u8]] = &[
    b"$", b"{{", b"<", b"%(", b"%{", b"ENC[", b"age1", b"ref+", b"secret://", b"vault:", b"op://",
    b"arn:", b"projects/", b"file:", b"env:", b"&", b"*", b"!", b"@",
];

/// Words that stand where a value was left out.
const EMPTY: &[&[u8]] = &[b"null", b"nil", b"none", b"~", b"true", b"false", b"{}", b"[]", b"\"\"", b"''"];

/// Whether a value is written out, not a reference, a placeholder or nothing.
pub(super) fn is_literal(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let is_reference = REFERENCES.iter().any(|start| value.starts_with(start));
    let is_empty = value.is_empty() || EMPTY.iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_starred = value.len() > 2 && value.iter().all(|byte| b"*.xX-".contains(byte));
    !is_reference && !is_empty && !is_starred && !is_template(value)
}

/// `prefix-${NAME}` and `{{ .Values.x }}` within a value.
fn is_template(value: &[u8]) -> bool {
    value.windows(2).any(|two| matches!(two, b"${" | b"$(" | b"{{"))
}

/// Whether a value looks drawn by chance: what tokens and generated passwords look like.
pub(super) fn is_random(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let is_printable = value.iter().all(u8::is_ascii_graphic);
    if value.len() < 12 || !is_printable || is_path(value) || is_words(value) {
        return false;
    }
    let has_digit = value.iter().any(u8::is_ascii_digit);
    let has_letter = value.iter().any(u8::is_ascii_alphabetic);
    let has_both_cases =
        value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    let is_mixed = has_letter && (has_digit || (has_both_cases && value.len() >= 20));
    is_mixed && entropy(value) >= 2.8
}

/// Whether a value is plainly something else: a path, a URL, a number, a switch, a duration.
pub(super) fn is_setting(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let is_number = value.iter().all(|byte| byte.is_ascii_digit() || b".-+_".contains(byte));
    let has_scheme = value.windows(3).any(|three| three == b"://");
    let is_duration = value.len() < 8
        && value[0].is_ascii_digit()
        && value.iter().all(|byte| byte.is_ascii_digit() || b"hmsd.".contains(byte));
    is_number || has_scheme || is_duration || is_path(value)
}

/// `/etc/kubernetes/token`: from the root, lower case, no long part without a meaning.
fn is_path(value: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/._-".contains(byte);
    let starts = value.starts_with(b"/") || value.starts_with(b"./") || value.starts_with(b"../");
    starts && value.iter().all(is_part)
}

/// `my-registry-login`, `prod.example.com`: parts that are each letters or each digits.
fn is_words(value: &[u8]) -> bool {
    let is_separator = |byte: &u8| b"-._/:,".contains(byte);
    let is_word = |part: &[u8]| {
        part.len() <= 24
            && (part.iter().all(u8::is_ascii_digit) && part.len() <= 6
                || is_name(part)
                || is_short_name(part))
    };
    value.iter().any(is_separator) && value.split(is_separator).all(is_word)
}

/// Letters that change from small to capital twice at most, as names do.
fn is_name(part: &[u8]) -> bool {
    let is_hump = |two: &&[u8]| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase();
    part.iter().all(u8::is_ascii_alphabetic) && part.windows(2).filter(is_hump).count() <= 2
}

/// `v1`, `k8s`, `1a`, `sha256`: letters with a few digits.
fn is_short_name(part: &[u8]) -> bool {
    part.len() <= 8 && part.iter().filter(|byte| byte.is_ascii_digit()).count() <= 3
        && part.iter().all(u8::is_ascii_alphanumeric)
        && !(part.iter().any(u8::is_ascii_uppercase) && part.iter().any(u8::is_ascii_lowercase))
}

/// Shannon's entropy in bits a byte.
#[expect(clippy::cast_precision_loss, reason = "lengths of values are small")]
fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0usize; 256];
    value.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let total = value.len() as f64;
    let share = |count: &usize| *count as f64 / total;
    counts.iter().filter(|count| **count > 0).map(share).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_told_from_meaning() {
        let random = ["c2VjcmV0IGlzIHNlY3VyZQ==", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "07401b.f395accd246ae52d", "550e8400-e29b-41d4-a716-446655440000", "Tr0ub4dor&3xyz"];
        for value in random {
            assert!(is_random(value.as_bytes()), "{value}");
        }
        let meaning = ["my-registry-login", "prod.example.com", "/var/run/secrets/token", "short1",
            "kube-system/external-dns", "aws-iam-authenticator", "secretsmanager.k8s.io"];
        for value in meaning {
            assert!(!is_random(value.as_bytes()), "{value}");
        }
    }
}
