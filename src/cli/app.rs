//! What all commands share: arguments that hold everywhere, output, how to open things.

use super::args::Global;
use super::environment::Environment;
use super::error::CliError;
use super::gitconfig::Configured;
use super::output::Output;
use super::progress;
use super::render;
use super::session::{Session, Wishes, config_layers, store_name, target};
use crate::check::output::Look;
use crate::config::Settings;
use crate::git::{Git, LibgitRepository, janitor};
use crate::model::{ObjectId, StoreUrl, Target};
use crate::ops::OpsError;
use crate::store::count::Counts;
use crate::store::{Clock as _, SystemClock};
use chrono::NaiveDate;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

/// What all commands share.
pub struct App {
    /// Arguments that hold everywhere.
    pub global: Global,
    /// Where everything is printed.
    pub output: Output,
    /// What the process was given by its surroundings.
    pub environment: Environment,
    started: Instant,
}

impl App {
    /// Puts together what commands share.
    pub fn new(global: Global, output: Output) -> Self {
        Self { global, output, environment: Environment, started: Instant::now() }
    }

    /// A path as typed, seen from the directory that was asked for.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.global.directory.as_deref().unwrap_or(Path::new("")).join(path)
    }

    /// The repository that is meant.
    pub fn repository(&self) -> Result<LibgitRepository, CliError> {
        Ok(match &self.global.directory {
            Some(directory) => LibgitRepository::discover(directory)?,
            None => LibgitRepository::from_environment()?,
        })
    }

    /// The store that is meant, in the repository that is meant.
    pub async fn session(&self, wishes: Wishes) -> Result<Session, CliError> {
        let configured = self.configured()?;
        let name = store_name(&configured.settings, self.global.store.as_deref())?;
        self.session_in(configured, &name, wishes).await
    }

    /// The repository that is meant, with its configuration.
    pub fn configured(&self) -> Result<Configured, CliError> {
        Configured::read(self.repository()?)
    }

    /// A store of a repository, by name. What killed processes left there is cleaned up.
    pub async fn session_in(
        &self,
        configured: Configured,
        name: &str,
        wishes: Wishes,
    ) -> Result<Session, CliError> {
        for path in janitor::clean(&configured.repository, SystemTime::now())? {
            tracing::info!(path = %path.display(), "removed what a killed process left behind");
        }
        Session::open(
            configured,
            name,
            wishes,
            self.environment,
            progress::for_terminal(&self.output),
        )
        .await
    }

    /// The day, for what is allowed until one.
    pub fn today(&self) -> NaiveDate {
        SystemClock.now().date_naive()
    }

    /// What is to be checked in a repository: its store's part of the tree, or that of the
    /// defaults where it has no store.
    pub fn target(&self, configured: &Configured) -> Result<Target, CliError> {
        let name = store_name(&configured.settings, self.global.store.as_deref());
        self.target_of(configured, &name.unwrap_or_else(|_| "store".to_owned()))
    }

    /// What is to be checked for one store of a repository.
    pub fn target_of(&self, configured: &Configured, name: &str) -> Result<Target, CliError> {
        let mut layers = self.environment.layer();
        layers.extend(config_layers(&configured.settings, name));
        Ok(target(name, &Settings::resolve(&layers)?, configured.repository.is_bare()))
    }

    /// The store that was named, or else the one that kops would use.
    pub fn store_url(&self, url: Option<&str>, flag: Option<&str>) -> Result<StoreUrl, CliError> {
        let found = match url {
            Some(url) => url.to_owned(),
            None => self.environment.default_store(flag).ok_or_else(CliError::no_url)?.0,
        };
        Ok(StoreUrl::parse(&found)?)
    }

    /// The commit that was named, or the branch that is pushed.
    pub fn commit(&self, session: &Session, revision: Option<&str>) -> Result<ObjectId, CliError> {
        let branch = session.target.branch_ref();
        let found = session.repository.resolve(revision.unwrap_or(&branch))?;
        found.ok_or_else(|| match revision {
            Some(revision) => CliError::no_commit(revision),
            None => OpsError::NoBranch(session.target.branch.clone()).into(),
        })
    }

    /// Who pushes, for the record.
    pub fn actor(&self, session: &Session) -> String {
        self.environment.actor(&Git::at(session.repository.git_directory()))
    }

    /// Prints a result for people or for machines.
    pub fn show(&self, text: impl FnOnce() -> String, json: impl FnOnce() -> Value) {
        if self.global.json {
            self.output.json(&json());
        } else {
            self.output.result(&text());
        }
    }

    /// Whether findings are shown with colours; [`Output`] takes out what is not wanted.
    pub fn look(&self) -> Look {
        Look::Colour
    }

    /// Says why a command failed, with what checks found before.
    pub fn failed(&self, error: &CliError) {
        if !error.findings.is_empty() && !self.global.json {
            self.output.always(&render::findings::text(&error.findings));
        }
        self.output.error(error);
    }

    /// Lets git put packs together when there is a new one.
    fn tidy_up(&self, repository: &LibgitRepository) {
        if !repository.has_new_pack() {
            return;
        }
        if let Err(error) = Git::at(repository.git_directory()).maintain() {
            tracing::debug!(%error, "git did not tidy up");
        }
    }

    /// What every command that worked with a store ends with: what was learned is remembered,
    /// git may tidy up, and the figures are printed if they were asked for.
    pub fn finish(&self, session: &Session) {
        session.remember();
        self.tidy_up(&session.repository);
        self.figures(session.opened.stats.counts());
    }

    /// Prints what a command cost, if that was asked for.
    pub fn figures(&self, counts: Counts) {
        if self.global.stats {
            let stats = render::stats::Stats { counts, elapsed: self.started.elapsed() };
            if self.global.json {
                self.output.json(&render::stats::json(&stats));
            } else {
                self.output.message(&render::stats::text(&stats));
            }
        }
    }
}
