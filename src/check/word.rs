//! Words that allow a finding for one push: `RULE:PATH`, perhaps with a reason.
//!
//! A comment in a file allows a finding for as long as it stands there. A word allows it once:
//! as an argument, as an option of a push, or as a trailer of a commit's message.

use super::rules;
use crate::model::{Finding, TreePath};
use globset::{GlobBuilder, GlobMatcher};
use std::str::FromStr;

/// The trailer of a commit's message that holds a word.
const TRAILER: &str = "allow";

/// A word that allows findings of a rule in some files.
///
/// ```
/// use git_store::check::Word;
///
/// let word: Word = "change-cidr:*/config moved in ticket 12".parse()?;
/// assert_eq!((word.rule(), word.path()), ("change-cidr", "*/config"));
/// assert_eq!(word.reason(), Some("moved in ticket 12"));
/// # Ok::<(), git_store::check::WordError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Word {
    rule: &'static str,
    path: GlobMatcher,
    reason: Option<String>,
}

/// Why a text is no word.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WordError {
    /// Rule or path is missing.
    #[error("'{0}' is not of the form RULE:PATH, such as change-cidr:prod.example.com/config")]
    NoPath(String),
    /// No rule has the name.
    #[error("'{0}' is no rule")]
    NoRule(String),
    /// The rule allows no exception.
    #[error("what the rule '{0}' finds cannot be allowed")]
    NotAllowed(String),
    /// The path is no pattern.
    #[error("'{0}' is no pattern for paths: {1}")]
    NoPattern(String, String),
}

impl FromStr for Word {
    type Err = WordError;

    /// Reads `RULE:PATH`, and a reason behind a blank. In the path `*` stays within a folder,
    /// `**` does not.
    fn from_str(text: &str) -> Result<Self, WordError> {
        let text = text.trim();
        let (word, reason) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let parts =
            word.split_once(':').filter(|(rule, path)| !rule.is_empty() && !path.is_empty());
        let (name, path) = parts.ok_or_else(|| WordError::NoPath(word.to_owned()))?;
        let rule = rules::rule(name).ok_or_else(|| WordError::NoRule(name.to_owned()))?;
        if !rule.takes_word() {
            return Err(WordError::NotAllowed(name.to_owned()));
        }
        let glob = GlobBuilder::new(path).literal_separator(true).build();
        let no_pattern =
            |error: globset::Error| WordError::NoPattern(path.to_owned(), error.kind().to_string());
        let reason = Some(reason.trim()).filter(|reason| !reason.is_empty()).map(str::to_owned);
        Ok(Self { rule: rule.id, path: glob.map_err(no_pattern)?.compile_matcher(), reason })
    }
}

impl Word {
    /// The words of a commit's message: the trailers `Allow: RULE:PATH reason` of its last
    /// paragraph. A trailer that is no word is an error, for its author thinks it is one.
    pub fn of_message(message: &str) -> Vec<Result<Self, WordError>> {
        let lines: Vec<&str> = message.trim_end().lines().collect();
        let last = lines.rsplit(|line| line.trim().is_empty()).next().unwrap_or_default();
        // The first line is the subject, and never a trailer.
        let last = if last.len() == lines.len() { last.get(1..).unwrap_or_default() } else { last };
        let trailers = last.iter().filter_map(|line| line.split_once(':'));
        let own = trailers.filter(|(name, _)| name.eq_ignore_ascii_case(TRAILER));
        own.map(|(_, text)| text.parse()).collect()
    }

    /// The rule.
    pub fn rule(&self) -> &str {
        self.rule
    }

    /// The pattern of the paths in the tree.
    pub fn path(&self) -> &str {
        self.path.glob().glob()
    }

    /// Why, if the word says it.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Whether the word allows a finding.
    pub fn allows(&self, finding: &Finding) -> bool {
        self.rule == finding.rule && self.names(&finding.path)
    }

    fn names(&self, path: &TreePath) -> bool {
        let text = String::from_utf8_lossy(path.as_bytes());
        self.path() == text || self.path.is_match(text.as_ref())
    }
}

/// Says how to allow what a rule finds in a file. A blank would end the path, so `?` stands for it.
pub(super) fn hint(rule: &str, path: &TreePath, must_be_signed: bool) -> String {
    let path = path.to_string().replace(char::is_whitespace, "?");
    if must_be_signed {
        return format!(
            "if it is meant, say so in a signed commit (git commit -S) with the line \
             'Allow: {rule}:{path} reason' at the end of its message"
        );
    }
    format!(
        "if it is meant, say so with '{rule}:{path}': as an argument of --allow, as a push option \
         allow=\u{2026}, or as a line 'Allow: \u{2026} reason' at the end of the commit's message"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match text.parse::<Word>() {
            Ok(word) => format!("{} {} {:?}", word.rule(), word.path(), word.reason()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn words() {
        assert_eq!(shown("change-cidr:a/config"), "change-cidr a/config None");
        assert_eq!(shown(" change-cidr:**  as planned "), "change-cidr ** Some(\"as planned\")");
        assert_eq!(shown("change-cidr:a:b"), "change-cidr a:b None");
        let form = "is not of the form RULE:PATH, such as change-cidr:prod.example.com/config";
        for bad in ["", "change-cidr", "change-cidr:", ":a", "change-cidr: a"] {
            let first = bad.split(' ').next().unwrap_or_default();
            assert_eq!(shown(bad), format!("'{first}' {form}"));
        }
        assert_eq!(shown("change-all:a"), "'change-all' is no rule");
        let never = "what the rule 'remove-etcd-cluster' finds cannot be allowed";
        assert_eq!(shown("remove-etcd-cluster:a"), never);
        assert!(shown("change-cidr:[a").starts_with("'[a' is no pattern for paths: "));
    }

    fn of(message: &str) -> Vec<String> {
        let words = Word::of_message(message);
        words
            .iter()
            .map(|word| {
                word.as_ref().map_or_else(ToString::to_string, |word| word.path().to_owned())
            })
            .collect()
    }

    #[test]
    fn words_of_a_message() {
        let none: [&str; 0] = [];
        assert_eq!(of(""), none);
        assert_eq!(of("Allow: change-cidr:a"), none);
        assert_eq!(of("Move\n\nAllow: change-cidr:a\n\nAnd more."), none);
        let good =
            "Move\n\nWhy.\n\nSigned-off-by: me\nallow: change-cidr:a why\nAllow: change-dns:b\n";
        assert_eq!(of(good), ["a", "b"]);
        assert_eq!(of("Move\r\n\r\nAllow: change-cidr:a\r\n"), ["a"]);
        assert_eq!(of("Move\n\nAllow: nothing:a"), ["'nothing' is no rule"]);
    }
}
