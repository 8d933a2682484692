//! The settings of one store, resolved from layers.

use super::modes::{Modes, Patterns};
use crate::model::Profile;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Where a value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A file, git's configuration among them.
    File(String),
    /// An environment variable.
    Environment(&'static str),
    /// A command-line option.
    Flag(&'static str),
    /// An option of `git push -o`.
    PushOption,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{path}"),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
            Self::PushOption => f.write_str("push option"),
        }
    }
}

/// Values from one place, by setting; a setting may have several values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layer {
    /// The place.
    pub origin: Origin,
    /// The values, by the names in [`KEYS`].
    pub values: BTreeMap<String, Vec<String>>,
}

/// A value that knows where it came from.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// Every setting with its default and what it means, for `--help`, docs and `doctor`.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("profile", "kops", "layout of the store: kops or generic"),
    ("directory", "", "directory of the tree that mirrors the store; empty: the top"),
    ("branch", "main", "branch that is pushed to the store"),
    ("plain", "", "keys whose bytes are kept in git whatever they are (patterns, repeatable)"),
    ("pointer", "", "keys that are kept as pointers (patterns, repeatable)"),
    ("ignore", "", "keys that are not mirrored (patterns, repeatable)"),
    (
        "allowDelete",
        "",
        "keys that may be deleted although a guard stops it (patterns, repeatable)",
    ),
    ("allow", "", "findings that are meant, as RULE:PATH (repeatable)"),
    (
        "acceptRaces",
        "false",
        "push to a store that neither obeys preconditions nor keeps versions: true or false",
    ),
    ("concurrency", "32", "requests under way at once"),
    ("largest", "16777216", "bytes above which an object is kept as a pointer"),
    ("timeout", "30", "seconds of silence after which a request is given up"),
    ("lifetime", "20", "seconds that an interrupted push keeps others from its keys"),
];

/// The settings of one store.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Layout of the store.
    pub profile: Setting<Profile>,
    /// Directory of the tree that mirrors the store; empty: the top.
    pub directory: Setting<String>,
    /// Branch that is pushed to the store.
    pub branch: Setting<String>,
    /// How objects are kept in git.
    pub modes: Modes,
    /// Keys that may be deleted although a guard stops it.
    pub allow_delete: Patterns,
    /// Findings that are meant, as `RULE:PATH`.
    pub allow: Vec<String>,
    /// Push to a store that neither obeys preconditions nor keeps versions.
    pub accept_races: Setting<bool>,
    /// Requests under way at once.
    pub concurrency: Setting<usize>,
    /// Bytes above which an object is kept as a pointer.
    pub largest: Setting<u64>,
    /// How long the store may say nothing before a request is given up.
    pub timeout: Setting<Duration>,
    /// How long an interrupted push keeps others from its keys.
    pub lifetime: Setting<Duration>,
}

/// A setting that has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} = '{value}' ({origin}): {reason}")]
pub struct BadSetting {
    /// The setting.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Where it came from.
    pub origin: String,
    /// What is wrong.
    pub reason: String,
}

impl Settings {
    /// Resolves the settings; earlier layers win, except that patterns add up.
    ///
    /// # Errors
    /// [`BadSetting`] for the first value that has no meaning.
    pub fn resolve(layers: &[Layer]) -> Result<Self, BadSetting> {
        let found = Found(layers);
        Ok(Self {
            profile: found.parse("profile", |text| match text {
                "kops" => Ok(Profile::Kops),
                "generic" => Ok(Profile::Generic),
                _ => Err("kops or generic".into()),
            })?,
            directory: found.parse("directory", parse_directory)?,
            branch: found.parse("branch", parse_branch)?,
            modes: Modes {
                plain: found.patterns("plain")?,
                pointer: found.patterns("pointer")?,
                ignore: found.patterns("ignore")?,
            },
            allow_delete: found.patterns("allowDelete")?,
            allow: found.all("allow").cloned().collect(),
            accept_races: found.parse("acceptRaces", |text| match text {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err("true or false".into()),
            })?,
            concurrency: found.parse("concurrency", |text| between(text, 1, 1024))?,
            largest: found.parse("largest", |text| between(text, 1, u64::from(u32::MAX)))?,
            timeout: found
                .parse("timeout", |text| between(text, 1, 3600).map(Duration::from_secs))?,
            lifetime: found
                .parse("lifetime", |text| between(text, 1, 3600).map(Duration::from_secs))?,
        })
    }
}

impl Settings {
    /// A setting's value as text with where it came from, for people; `key` is one of [`KEYS`].
    pub fn shown(&self, key: &str) -> (String, Origin) {
        let patterns = |patterns: &Patterns| {
            let origin = if patterns.texts().is_empty() { "default" } else { "several places" };
            (patterns.texts().join(", "), Origin::File(origin.into()))
        };
        match key {
            "profile" => {
                (format!("{:?}", self.profile.value).to_lowercase(), self.profile.origin.clone())
            }
            "directory" => (self.directory.value.clone(), self.directory.origin.clone()),
            "branch" => (self.branch.value.clone(), self.branch.origin.clone()),
            "plain" => patterns(&self.modes.plain),
            "pointer" => patterns(&self.modes.pointer),
            "ignore" => patterns(&self.modes.ignore),
            "allowDelete" => patterns(&self.allow_delete),
            "allow" => (self.allow.join(", "), Origin::Default),
            "acceptRaces" => {
                (self.accept_races.value.to_string(), self.accept_races.origin.clone())
            }
            "concurrency" => (self.concurrency.value.to_string(), self.concurrency.origin.clone()),
            "largest" => (self.largest.value.to_string(), self.largest.origin.clone()),
            "timeout" => (self.timeout.value.as_secs().to_string(), self.timeout.origin.clone()),
            _ => (self.lifetime.value.as_secs().to_string(), self.lifetime.origin.clone()),
        }
    }
}

struct Found<'a>(&'a [Layer]);

impl Found<'_> {
    fn first(&self, key: &str) -> (String, Origin) {
        for layer in self.0 {
            if let Some(value) = layer.values.get(key).and_then(|values| values.last()) {
                return (value.clone(), layer.origin.clone());
            }
        }
        let default = KEYS.iter().find(|(name, ..)| *name == key).map_or("", |(_, value, _)| value);
        (default.to_owned(), Origin::Default)
    }

    fn parse<T>(
        &self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Setting<T>, BadSetting> {
        let (text, origin) = self.first(key);
        match parse(&text) {
            Ok(value) => Ok(Setting { value, origin }),
            Err(reason) => Err(bad(key, &text, &origin, reason)),
        }
    }

    fn all(&self, key: &str) -> impl Iterator<Item = &String> {
        self.0.iter().flat_map(move |layer| layer.values.get(key).into_iter().flatten())
    }

    fn patterns(&self, key: &str) -> Result<Patterns, BadSetting> {
        let mut texts = Vec::new();
        for layer in self.0 {
            for text in layer.values.get(key).into_iter().flatten() {
                Patterns::new(std::slice::from_ref(text))
                    .map_err(|reason| bad(key, text, &layer.origin, reason))?;
                texts.push(text.clone());
            }
        }
        Patterns::new(&texts).map_err(|reason| bad(key, "", &Origin::Default, reason))
    }
}

fn bad(key: &str, value: &str, origin: &Origin, reason: String) -> BadSetting {
    BadSetting { key: key.into(), value: value.into(), origin: origin.to_string(), reason }
}

fn between<T>(text: &str, least: T, most: T) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + fmt::Display,
{
    let number = text.parse::<T>().ok().filter(|number| (&least..=&most).contains(&number));
    number.ok_or_else(|| format!("a number from {least} to {most}"))
}

fn parse_directory(text: &str) -> Result<String, String> {
    let trimmed = text.trim_matches('/');
    let is_bad =
        |part: &str| part.is_empty() || part.starts_with('.') || part.contains(['\\', '%']);
    if !trimmed.is_empty() && trimmed.split('/').any(is_bad) {
        return Err("a relative directory without '.', '%' or '\\' components".into());
    }
    Ok(trimmed.to_owned())
}

/// A conservative subset of what git allows, so that no name needs quoting anywhere.
fn parse_branch(text: &str) -> Result<String, String> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_bad = text.is_empty()
        || text.starts_with(['-', '.', '/'])
        || text.ends_with(['.', '/'])
        || ["..", "//", "/.", ".lock"].iter().any(|part| text.contains(part))
        || !text.chars().all(is_good);
    if is_bad { Err("a plain branch name".into()) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(origin: Origin, values: &[(&str, &str)]) -> Layer {
        let mut layer = Layer { origin, values: BTreeMap::new() };
        for (key, value) in values {
            layer.values.entry((*key).into()).or_default().push((*value).into());
        }
        layer
    }

    #[test]
    fn earlier_layers_win_and_patterns_add_up() {
        let flag = layer(Origin::Flag("--allow-delete"), &[("allowDelete", "a/**")]);
        let file = Origin::File(".git/config".into());
        let config =
            layer(file.clone(), &[("branch", "prod"), ("allowDelete", "b/*"), ("ignore", "x")]);
        let settings = Settings::resolve(&[flag, config]).expect("good settings");
        assert_eq!(settings.branch, Setting { value: "prod".into(), origin: file });
        assert_eq!(settings.profile, Setting { value: Profile::Kops, origin: Origin::Default });
        assert_eq!(settings.allow_delete.texts(), ["a/**", "b/*"]);
    }

    #[test]
    fn what_has_no_meaning_is_named_with_its_origin() {
        let cases = [
            ("profile", "kubernetes"),
            ("directory", "../x"),
            ("directory", "a//b"),
            ("branch", "-x"),
            ("branch", "a..b"),
            ("branch", ""),
            ("concurrency", "0"),
            ("largest", "big"),
            ("plain", "a["),
            ("lifetime", "0"),
        ];
        for (key, value) in cases {
            let config = layer(Origin::File(".git/config".into()), &[(key, value)]);
            let error = Settings::resolve(&[config]).expect_err(value);
            assert!(
                error.to_string().starts_with(&format!("{key} = '{value}' (.git/config)")),
                "{error}"
            );
        }
    }
}
