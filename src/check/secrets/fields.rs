//! Secrets that the name of their field, variable or flag gives away.

use super::text::{line_before, name_around, shown};
use super::{Found, SecretKind, decode, environment, values};
use std::ops::Range;

mod value;
pub(super) use value::after as value_after;

/// How much a name says about its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Strength {
    /// Whatever is written out there is a secret.
    Certain(SecretKind),
    /// A secret unless it is plainly a setting.
    Likely(SecretKind),
    /// A secret if it looks drawn by chance.
    Possible(SecretKind),
    /// A secret if it is the base64 of `user:password`.
    Login,
}

/// Ends of names, in lower case and without separators, after which every value is a secret.
const CERTAIN: &[(&str, SecretKind)] = &[
    ("secretaccesskey", SecretKind::CloudCredential),
    ("accesskeysecret", SecretKind::CloudCredential),
    ("awssessiontoken", SecretKind::CloudCredential),
    ("digitaloceanaccesstoken", SecretKind::CloudCredential),
    ("hcloudtoken", SecretKind::CloudCredential),
    ("linodetoken", SecretKind::CloudCredential),
    ("scwsecretkey", SecretKind::CloudCredential),
    ("applicationcredentialsecret", SecretKind::CloudCredential),
    ("azurestoragekey", SecretKind::CloudCredential),
    ("privatematerial", SecretKind::PrivateKey),
    ("clientkeydata", SecretKind::PrivateKey),
    ("password", SecretKind::Field),
    ("passwd", SecretKind::Field),
    ("passphrase", SecretKind::Field),
];

/// Ends of names that often stand before a secret, and as often before its name.
const POSSIBLE: &[&str] = &[
    "secret", "token", "apikey", "secretkey", "accesskey", "privatekey", "credential",
    "credentials", "encryptionkey", "storagekey", "pwd", "auth", "authkey", "secretdata", "tokendata",
];

/// Says how much a name tells, if it tells anything.
pub(super) fn strength(name: &[u8]) -> Option<Strength> {
    let plain: Vec<u8> =
        name.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    if let Some((_, kind)) = CERTAIN.iter().find(|(end, _)| plain.ends_with(end.as_bytes())) {
        return Some(Strength::Certain(*kind));
    }
    if plain == b"auth" {
        return Some(Strength::Login);
    }
    let is_possible = POSSIBLE.iter().any(|end| plain.ends_with(end.as_bytes()));
    let strength = if is_variable(name) {
        Strength::Likely(SecretKind::Environment)
    } else {
        Strength::Possible(SecretKind::Field)
    };
    is_possible.then_some(strength)
}

/// `GITHUB_TOKEN`: upper case, as names of environment variables are.
fn is_variable(name: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    name.len() > 3 && name.iter().all(is_part)
}

/// Looks at the value of a name, or of the environment variable of that name.
pub(super) fn named(text: &[u8], part: Range<usize>) -> Option<Found> {
    let name = name_around(text, part);
    let strength = strength(&text[name.clone()])?;
    let value = environment::value_of(text, &name).or_else(|| value_after(text, &name))?;
    judge(text, &name, strength, value)
}

/// Whether the anchor is the `Secret` of `kind: Secret`.
pub(super) fn is_secret_kind(text: &[u8], part: Range<usize>) -> bool {
    if &text[part.clone()] != b"Secret" || name_around(text, part.clone()) != part {
        return false;
    }
    let before = line_before(text, part.start).trim_ascii_end();
    let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before);
    let name = before.trim_ascii_end().strip_suffix(b":").unwrap_or_default().trim_ascii_end();
    name.ends_with(b"kind") || name.ends_with(b"kind\"") || name.ends_with(b"kind'")
}

fn judge(text: &[u8], name: &Range<usize>, strength: Strength, range: Range<usize>) -> Option<Found> {
    let value = &text[range.clone()];
    let literal = values::is_literal(value);
    let (kind, is_secret) = match strength {
        Strength::Certain(kind) => (kind, literal),
        Strength::Likely(kind) => (kind, literal && value.len() >= 4 && !values::is_setting(value)),
        Strength::Possible(kind) => (kind, literal && values::is_random(value)),
        Strength::Login => (SecretKind::RegistryLogin, is_login(value)),
    };
    is_secret.then(|| Found { kind, range, field: shown(&text[name.clone()]) })
}

/// The base64 of `user:password`.
fn is_login(value: &[u8]) -> bool {
    let decoded = decode::base64(value);
    decoded.len() >= 3 && decoded.contains(&b':') && decode::is_readable(&decoded)
}
