//! Everything that one command works with, put together from arguments, environment and git's
//! configuration.

use super::environment::Environment;
use super::error::CliError;
use super::gitconfig::Configured;
use super::local::{FileCache, RandomEntropy};
use crate::config::{Layer, Origin, Settings};
use crate::git::{LibgitRepository, Setting};
use crate::model::{StoreUrl, Target};
use crate::ops::{Cache, Context, Progress};
use crate::store::SystemClock;
use crate::store::open::{Opened, open};
use std::collections::BTreeMap;

/// What is remembered of a service.
const FACTS: &str = "service.json";

/// The prefix of remote URLs that git hands to `git-remote-store`.
pub const REMOTE_PREFIX: &str = "store::";

/// Everything that one command works with.
pub struct Session {
    /// The store's URL.
    pub url: StoreUrl,
    /// The store, with what it was asked so far.
    pub opened: Opened,
    /// The repository.
    pub repository: LibgitRepository,
    /// Which refs and which directory belong to the store.
    pub target: Target,
    /// How it is to be done.
    pub settings: Settings,
    layers: Vec<Layer>,
    cache: FileCache,
    progress: Box<dyn Progress>,
}

/// What a command says about a store beside its name.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Layers above git's configuration, first wins.
    pub layers: Vec<Layer>,
    /// The URL, where git passes it.
    pub url: Option<String>,
}

impl Wishes {
    /// Deletions that may be believed or carried out.
    pub fn allow_delete(patterns: Vec<String>) -> Self {
        Self { layers: vec![flag("--allow-delete", "allowDelete", patterns)], url: None }
    }

    /// A store of level C is written to.
    #[must_use]
    pub fn accept_races(mut self, is_accepted: bool) -> Self {
        let values = is_accepted.then(|| "true".to_owned()).into_iter().collect();
        self.layers.push(flag("--accept-races", "acceptRaces", values));
        self
    }

    /// Findings that are meant.
    #[must_use]
    pub fn allow(mut self, words: Vec<String>) -> Self {
        self.layers.push(flag("--allow", "allow", words));
        self
    }
}

fn flag(name: &'static str, key: &str, values: Vec<String>) -> Layer {
    Layer { origin: Origin::Flag(name), values: BTreeMap::from([(key.to_owned(), values)]) }
}

impl Session {
    /// Opens the store of a repository's remote.
    pub async fn open(
        configured: Configured,
        name: &str,
        wishes: Wishes,
        environment: Environment,
        progress: Box<dyn Progress>,
    ) -> Result<Self, CliError> {
        let Configured { repository, settings: config } = configured;
        let url = match wishes.url {
            Some(url) => url,
            None => remote_url(&config, name).ok_or_else(|| CliError::no_store(name))?,
        };
        let url = StoreUrl::parse(&url)?;
        let mut layers = wishes.layers;
        layers.extend(environment.layer());
        layers.extend(config_layers(&config, name));
        let settings = Settings::resolve(&layers)?;
        let target = target(name, &settings, repository.is_bare());
        let cache = FileCache::new(repository.own_directory().join(name));
        let facts = cache.read(FACTS);
        let mut surroundings = environment.surroundings();
        surroundings.idle_timeout = settings.timeout.value;
        surroundings.connect_timeout = surroundings.connect_timeout.min(settings.timeout.value);
        let opened = open(&url, &surroundings, facts.as_deref()).await?;
        Ok(Self { url, opened, repository, target, settings, layers, cache, progress })
    }

    /// Adds a layer above all others.
    pub fn add_layer(&mut self, layer: Layer) -> Result<(), CliError> {
        self.layers.insert(0, layer);
        self.settings = Settings::resolve(&self.layers)?;
        Ok(())
    }

    /// Remembers what was learned about the service, so that it is not asked again.
    pub fn remember(&self) {
        if let Some(facts) = self.opened.facts() {
            self.cache.write(FACTS, &facts);
        }
    }

    /// What operations work with.
    pub fn context(&self) -> Context<'_> {
        Context {
            store: self.opened.store.as_ref(),
            repository: &self.repository,
            clock: &SystemClock,
            entropy: &RandomEntropy,
            progress: self.progress.as_ref(),
            cache: &self.cache,
            target: &self.target,
            settings: &self.settings,
        }
    }
}

/// Which refs and which directory belong to a store.
pub fn target(name: &str, settings: &Settings, is_shared: bool) -> Target {
    Target {
        name: name.to_owned(),
        branch: settings.branch.value.clone(),
        directory: settings.directory.value.clone(),
        profile: settings.profile.value,
        is_shared,
    }
}

/// The remotes of a repository that are stores, by name.
pub fn store_remotes(config: &[Setting]) -> BTreeMap<String, String> {
    let remote = |entry: &Setting| {
        let name = entry.key.strip_prefix("remote.")?.strip_suffix(".url")?;
        let url = entry.value.strip_prefix(REMOTE_PREFIX)?;
        Some((name.to_owned(), url.to_owned()))
    };
    config.iter().filter_map(remote).collect()
}

fn remote_url(config: &[Setting], name: &str) -> Option<String> {
    store_remotes(config).remove(name)
}

/// The remote that is meant: the one that was named, or the only one that is a store.
pub fn store_name(config: &[Setting], named: Option<&str>) -> Result<String, CliError> {
    let remotes = store_remotes(config);
    if let Some(name) = named {
        return remotes
            .contains_key(name)
            .then(|| name.to_owned())
            .ok_or_else(|| CliError::no_store(name));
    }
    let mut names = remotes.into_keys();
    match (names.next(), names.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(CliError::no_store("store")),
        (Some(one), Some(other)) => Err(CliError::several_stores(&one, &other)),
    }
}

/// `store.<name>.<key>` and, for all stores, `store.<key>`. Git lower-cases a key's last part.
pub fn config_layers(config: &[Setting], name: &str) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for prefix in [format!("store.{name}."), "store.".to_owned()] {
        for entry in config.iter().rev() {
            let Some(found) = entry.key.strip_prefix(&prefix) else { continue };
            let Some(key) = setting_name(found) else { continue };
            let origin = Origin::File(entry.origin.clone());
            let values = BTreeMap::from([(key.to_owned(), vec![entry.value.clone()])]);
            layers.push(Layer { origin, values });
        }
    }
    layers
}

fn setting_name(found: &str) -> Option<&'static str> {
    crate::config::KEYS.iter().map(|(key, ..)| *key).find(|key| key.eq_ignore_ascii_case(found))
}
