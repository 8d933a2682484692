//! Secrets in plain text: finds them in any bytes, says what and where, never what they are.
//!
//! Three looks at the same bytes: anchors (`anchors`) found in one pass over the text, base64
//! decoded and looked at again (`encoded`), and YAML's own structure (`structure`) where the
//! text hints at a Kubernetes Secret. A miss puts a credential into git's history for good, so
//! a doubtful case counts as a secret; what a repository is full of (certificates, public
//! keys, digests, references such as `$(TOKEN)`) does not.

mod anchors;
mod decode;
mod encoded;
mod environment;
mod fields;
mod mask;
mod position;
mod structure;
mod text;
mod tokens;
mod values;

#[cfg(test)]
mod tests;

pub use mask::mask;

use crate::model::Span;
use serde::Serialize;
use std::fmt;
use std::ops::Range;

/// How often base64 within base64 is followed.
const DEEPEST: usize = 3;

/// What a secret is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// A private key: PEM, OpenSSH, PGP, age, a keyset's private material.
    PrivateKey,
    /// An access key or token of a cloud.
    CloudCredential,
    /// A JSON web token.
    WebToken,
    /// A token of a git service.
    GitToken,
    /// A token of a chat or another service.
    ServiceToken,
    /// A credential in an environment variable.
    Environment,
    /// A Kubernetes Secret with content.
    SecretObject,
    /// A login to a container registry.
    RegistryLogin,
    /// A password within a URL.
    UrlPassword,
    /// A password, secret or token as the value of a field, argument or header.
    Field,
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrivateKey => "private key",
            Self::CloudCredential => "cloud credential",
            Self::WebToken => "JSON web token",
            Self::GitToken => "token of a git service",
            Self::ServiceToken => "service token",
            Self::Environment => "credential in an environment variable",
            Self::SecretObject => "Kubernetes Secret with content",
            Self::RegistryLogin => "login to a container registry",
            Self::UrlPassword => "password in a URL",
            Self::Field => "password, secret or token",
        })
    }
}

/// A secret that was found. Holds nothing of the secret itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SecretHit {
    /// What it is.
    pub kind: SecretKind,
    /// Where its text stands.
    pub span: Span,
    /// The field or variable that holds it; empty where there is none.
    pub field: String,
    /// The bytes, in the text that [`decode::text`] returns.
    #[serde(skip)]
    range: Range<usize>,
}

/// A secret before its position is known.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Found {
    kind: SecretKind,
    range: Range<usize>,
    field: String,
}

/// Finds every secret in a file, from top to bottom.
///
/// Reads UTF-8, UTF-16 with a byte order mark, and anything else as bytes. Never fails: what
/// cannot be parsed is looked at as text.
pub fn scan(content: &[u8]) -> Vec<SecretHit> {
    let text = decode::text(content);
    let found = distinct(find(&text, 0));
    position::locate(&text, found)
}

/// Whether a file holds any secret.
pub fn has_secret(content: &[u8]) -> bool {
    !find(&decode::text(content), 0).is_empty()
}

fn find(text: &[u8], depth: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let hints = anchors::find(text, &mut found);
    if depth < DEEPEST {
        encoded::find(text, depth, &mut found);
    }
    if hints.structure {
        structure::find(text, &mut found);
    }
    found
}

/// Drops what lies within another secret: the widest one of overlapping ones stays.
fn distinct(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end), one.kind));
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        match kept.last_mut() {
            Some(last) if one.range.start < last.range.end => {
                last.range.end = last.range.end.max(one.range.end);
                if last.field.is_empty() {
                    last.field = one.field;
                }
            }
            _ => kept.push(one),
        }
    }
    kept
}
