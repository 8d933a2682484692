//! What the process was given by its surroundings. Only the outermost layer looks here.

use super::render::text::one_line;
use crate::config::state_store::{self, Places};
use crate::config::{Layer, Origin};
use crate::git::Git;
use crate::model::{ObjectId, Scheme};
use crate::store::Surroundings;
use crate::store::surroundings::{Variable, variables_of};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the process was given by its surroundings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment;

/// Settings that can be given by environment variable.
const VARIABLES: &[(&str, &str)] = &[
    ("GIT_STORE_ALLOW", "allow"),
    ("GIT_STORE_ALLOW_DELETE", "allowDelete"),
    ("GIT_STORE_CONCURRENCY", "concurrency"),
    ("GIT_STORE_LIFETIME", "lifetime"),
    ("GIT_STORE_TIMEOUT", "timeout"),
];

impl Environment {
    /// An environment variable, if it is set and valid UTF-8.
    pub fn variable(self, name: &str) -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
        std::env::var(name).ok()
    }

    /// The settings that environment variables name.
    pub fn layer(self) -> Vec<Layer> {
        let layer = |(variable, key): &(&'static str, &str)| {
            let value = self.variable(variable).filter(|value| !value.is_empty())?;
            let values = BTreeMap::from([((*key).to_owned(), vec![value])]);
            Some(Layer { origin: Origin::Environment(variable), values })
        };
        VARIABLES.iter().filter_map(layer).collect()
    }

    /// The words of `git push -o allow=RULE:PATH`, as git passes them to hooks. Other options are
    /// for others.
    pub fn pushed_words(self) -> Vec<String> {
        let count = self.variable("GIT_PUSH_OPTION_COUNT");
        let count: usize = count.and_then(|count| count.parse().ok()).unwrap_or(0).min(1000);
        let options = (0..count).filter_map(|n| self.variable(&format!("GIT_PUSH_OPTION_{n}")));
        options.filter_map(|option| option.strip_prefix("allow=").map(str::to_owned)).collect()
    }

    /// The commits that `git merge` merges, with their names: it tells its hooks so in variables.
    pub fn merged_commits(self) -> Vec<(ObjectId, String)> {
        #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
        let variables = std::env::vars_os();
        let merged = variables.filter_map(|(name, value)| {
            let id = name.to_str()?.strip_prefix("GITHEAD_")?.parse().ok()?;
            Some((id, one_line(&value.to_string_lossy())))
        });
        merged.collect()
    }

    /// What services are told.
    pub fn surroundings(self) -> Surroundings {
        Surroundings::new(&|name| self.variable(name))
    }

    /// What the service of a second store is told: variables that begin with `GIT_STORE_TO_`, if
    /// there is any of them, else the same as the first one.
    pub fn surroundings_of_target(self) -> Surroundings {
        let own = |name: &str| match name {
            "HOME" => self.variable(name),
            _ => self.variable(&format!("GIT_STORE_TO_{name}")),
        };
        let names = Scheme::ALL.iter().flat_map(|(scheme, _)| variables_of(*scheme));
        let mut named = names.map(|(name, _)| self.variable(&format!("GIT_STORE_TO_{name}")));
        match named.any(|value| value.is_some_and(|value| !value.is_empty())) {
            true => Surroundings::new(&own),
            false => self.surroundings(),
        }
    }

    /// The variables that say how to reach a service, with their values; secrets are only said
    /// to be there.
    pub fn variables_of(self, scheme: Scheme) -> Vec<(&'static str, String)> {
        let shown = |(name, is_secret): &Variable| {
            let value = self.variable(name).filter(|value| !value.is_empty())?;
            Some((*name, if *is_secret { "(set)".to_owned() } else { one_line(&value) }))
        };
        variables_of(scheme).iter().filter_map(shown).collect()
    }

    /// The store that kops would use.
    pub fn default_store(self, flag: Option<&str>) -> Option<(String, Origin)> {
        state_store::resolve(&Places {
            flag: flag.map(str::to_owned),
            environment: self.variable("KOPS_STATE_STORE"),
            file: self.kops_file(),
        })
    }

    /// The first of kops' configuration files that exists; one that cannot be read is empty.
    fn kops_file(self) -> Option<(String, String)> {
        let home = PathBuf::from(self.variable("HOME")?);
        let candidates = [home.join(".kops.yaml"), home.join(".kops/config")];
        let path = candidates.into_iter().find(|path| path.exists())?;
        let content = std::fs::read_to_string(&path).unwrap_or_default();
        Some((path.display().to_string(), content))
    }

    /// Who pushes, for the record: as git would name them, else the user of this machine.
    pub fn actor(self, git: &Git) -> String {
        let named = || git.text("var", &["GIT_COMMITTER_IDENT"]).ok();
        let ident =
            named().and_then(|ident| ident.rsplit_once('>').map(|(who, _)| format!("{who}>")));
        ident.or_else(|| self.variable("USER")).unwrap_or_else(|| "unknown".to_owned())
    }
}
