//! How an object is kept in git: as it is, as a pointer, or not at all.

use crate::model::{Class, Key, Profile};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Serialize;

/// How an object is kept in git.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Its bytes, if a scan finds no credential in them; else a pointer.
    Scanned,
    /// Its bytes, whatever they are: asked for by name.
    Plain,
    /// A pointer.
    Pointer,
    /// Not at all.
    Ignore,
}

/// A set of patterns for keys: `*` stays within a component, `**` does not.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    set: GlobSet,
    texts: Vec<String>,
}

impl Patterns {
    /// Compiles patterns.
    ///
    /// # Errors
    /// The text of the first pattern that is none, with the reason.
    pub fn new(texts: &[String]) -> Result<Self, String> {
        let mut builder = GlobSetBuilder::new();
        for text in texts {
            let glob = GlobBuilder::new(text).literal_separator(true).build();
            builder.add(glob.map_err(|error| format!("'{text}': {}", error.kind()))?);
        }
        let set = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { set, texts: texts.to_vec() })
    }

    /// Whether a pattern names the key.
    pub fn matches(&self, key: &Key) -> bool {
        !self.set.is_empty() && self.set.is_match(String::from_utf8_lossy(key.as_bytes()).as_ref())
    }

    /// The patterns as they were written.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

/// Patterns that change the mode of a key from what its class asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Modes {
    /// Keys that are kept as they are, by name.
    pub plain: Patterns,
    /// Keys that are kept as pointers.
    pub pointer: Patterns,
    /// Keys that are not kept.
    pub ignore: Patterns,
}

impl Modes {
    /// The mode of a key. The more careful pattern wins; key material is never `plain` by
    /// accident, because only a pattern that names it makes it so.
    pub fn mode(&self, profile: Profile, key: &Key) -> Mode {
        if self.ignore.matches(key) {
            return Mode::Ignore;
        }
        if self.pointer.matches(key) {
            return Mode::Pointer;
        }
        if self.plain.matches(key) {
            return Mode::Plain;
        }
        match profile.class(key) {
            Class::Keys | Class::Secret => Mode::Pointer,
            Class::Backup => Mode::Ignore,
            Class::Desired | Class::Public | Class::Generated | Class::Unknown => Mode::Scanned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Patterns {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Patterns::new(&texts).expect("good patterns")
    }

    #[test]
    fn safe_defaults_and_patterns() {
        let modes = Modes {
            plain: patterns(&["*/secrets/public-note", "**/pki/private/**"]),
            pointer: patterns(&["**/pki/private/kubernetes-ca/**"]),
            ignore: patterns(&["scratch/**"]),
        };
        let mode = |key| modes.mode(Profile::Kops, &Key::from(key));
        assert_eq!(mode("c/config"), Mode::Scanned);
        assert_eq!(mode("c/secrets/admin"), Mode::Pointer);
        assert_eq!(mode("c/secrets/public-note"), Mode::Plain);
        assert_eq!(mode("c/backups/etcd/main/control/x"), Mode::Ignore);
        assert_eq!(mode("c/pki/private/service-account/keyset.yaml"), Mode::Plain);
        assert_eq!(mode("c/pki/private/kubernetes-ca/keyset.yaml"), Mode::Pointer);
        assert_eq!(mode("scratch/x"), Mode::Ignore);
    }

    #[test]
    fn bad_patterns_are_named() {
        let error = Patterns::new(&["a[".to_owned()]).expect_err("no pattern");
        assert!(error.starts_with("'a['"), "{error}");
    }
}
