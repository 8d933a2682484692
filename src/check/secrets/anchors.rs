//! The one pass over the text, for words that secrets are found by.

use super::{Found, fields, tokens};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;
use std::sync::LazyLock;

/// Looks closer at a place where an anchor was found.
type Look = fn(&[u8], Range<usize>) -> Option<Found>;

/// What the text hints at beyond the secrets found.
#[derive(Clone, Copy, Default)]
pub(super) struct Hints {
    /// YAML whose structure says more than its text.
    pub structure: bool,
}

const ANCHORS: &[(&str, Look)] = &[
    ("private key", tokens::pem),
    ("putty-user-key-file", tokens::line),
    ("age-secret-key-1", tokens::line),
    ("akia", tokens::prefixed),
    ("asia", tokens::prefixed),
    ("eyj", tokens::web_token),
    ("ghp_", tokens::prefixed),
    ("gho_", tokens::prefixed),
    ("ghu_", tokens::prefixed),
    ("ghs_", tokens::prefixed),
    ("ghr_", tokens::prefixed),
    ("github_pat_", tokens::prefixed),
    ("glpat-", tokens::prefixed),
    ("gldt-", tokens::prefixed),
    ("glrt-", tokens::prefixed),
    ("glcbt-", tokens::prefixed),
    ("glptt-", tokens::prefixed),
    ("glsoat-", tokens::prefixed),
    ("glft-", tokens::prefixed),
    ("glagent-", tokens::prefixed),
    ("xoxb-", tokens::prefixed),
    ("xoxp-", tokens::prefixed),
    ("xoxa-", tokens::prefixed),
    ("xoxr-", tokens::prefixed),
    ("xoxs-", tokens::prefixed),
    ("xoxe-", tokens::prefixed),
    ("xoxe.", tokens::prefixed),
    ("xapp-", tokens::prefixed),
    ("hooks.slack.com/services/", tokens::prefixed),
    ("dop_v1_", tokens::prefixed),
    ("doo_v1_", tokens::prefixed),
    ("dor_v1_", tokens::prefixed),
    ("aiza", tokens::prefixed),
    ("ya29.", tokens::prefixed),
    ("gocspx-", tokens::prefixed),
    ("hvs.", tokens::prefixed),
    ("npm_", tokens::prefixed),
    ("sk_live_", tokens::prefixed),
    ("accountkey=", tokens::prefixed),
    ("sharedaccesskey=", tokens::prefixed),
    ("x-amz-signature=", tokens::prefixed),
    ("&sig=", tokens::prefixed),
    ("?sig=", tokens::prefixed),
    ("://", tokens::url),
    ("bearer ", tokens::header),
    ("basic ", tokens::header),
    ("passw", fields::named),
    ("passphrase", fields::named),
    ("pwd", fields::named),
    ("secret", fields::named),
    ("token", fields::named),
    ("credential", fields::named),
    ("apikey", fields::named),
    ("api_key", fields::named),
    ("api-key", fields::named),
    ("accesskey", fields::named),
    ("access_key", fields::named),
    ("access-key", fields::named),
    ("privatekey", fields::named),
    ("private_key", fields::named),
    ("private-key", fields::named),
    ("privatematerial", fields::named),
    ("encryptionkey", fields::named),
    ("encryption_key", fields::named),
    ("encryption-key", fields::named),
    ("key-data", fields::named),
    ("auth", fields::named),
    ("storage_key", fields::named),
];

/// Words after which the structure of YAML is worth a look.
const STRUCTURE: &[&str] = &["gossipconfig", "stringdata"];

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ANCHORS.iter().map(|(word, _)| *word).chain(STRUCTURE.iter().copied());
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words)
        .ok()
});

/// Finds every secret that has an anchor.
pub(super) fn find(text: &[u8], found: &mut Vec<Found>) -> Hints {
    let mut hints = Hints::default();
    let Some(automaton) = AUTOMATON.as_ref() else { return hints };
    for hit in automaton.find_overlapping_iter(text) {
        match ANCHORS.get(hit.pattern().as_usize()) {
            Some((_, look)) => {
                hints.structure |= fields::is_secret_kind(text, hit.range());
                found.extend(look(text, hit.range()));
            }
            None => hints.structure = true,
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_anchors_are_a_valid_automaton() {
        assert!(super::AUTOMATON.is_some(), "without it, nothing would be found");
    }
}
