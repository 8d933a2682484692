//! What all commands share: arguments that hold everywhere, output, how to open things.

use super::args::Global;
use super::environment::Environment;
use super::error::CliError;
use super::exit::Exit;
use super::gitconfig;
use super::output::Output;
use super::progress;
use super::render;
use super::session::{Session, Wishes, store_name};
use crate::git::command::Git;
use crate::git::janitor;
use crate::git::libgit::LibgitRepository;
use crate::model::{Finding, ObjectId, StoreUrl};
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
        let repository = self.repository()?;
        let config = gitconfig::read(&Git::at(repository.git_directory()))?;
        let name = store_name(&config, self.global.store.as_deref())?;
        self.session_in(repository, &name, wishes).await
    }

    /// A store of a repository, by name. What killed processes left there is cleaned up.
    pub async fn session_in(
        &self,
        repository: LibgitRepository,
        name: &str,
        wishes: Wishes,
    ) -> Result<Session, CliError> {
        for path in janitor::clean(&repository, SystemTime::now())? {
            tracing::info!(path = %path.display(), "removed what a killed process left behind");
        }
        let progress = progress::for_terminal(&self.output, self.global.json);
        Session::open(repository, name, wishes, &self.environment, progress).await
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
        let revision = revision.unwrap_or(&branch);
        let found = session.repository.resolve(revision)?;
        found.ok_or_else(|| CliError::no_commit(revision))
    }

    /// Prints a result for people or for machines.
    pub fn show(
        &self,
        text: impl FnOnce() -> String,
        json: impl FnOnce() -> serde_json::Value,
    ) {
        if self.global.json {
            self.output.json(&json());
        } else {
            self.output.result(&text());
        }
    }

    /// Prints findings that stopped nothing.
    pub fn findings(
        &self,
        session: &Session,
        commit: ObjectId,
        findings: &[Finding],
    ) -> Result<(), CliError> {
        if !findings.is_empty() && !self.global.json {
            let sources = session.repository.sources(commit, findings)?;
            self.output.message(&render::findings::text(findings, &sources, self.output.styles()));
        }
        Ok(())
    }

    /// What everything ends with: what was learned is remembered, git may tidy up, and the
    /// figures are printed if they were asked for.
    pub fn finish(&self, session: &Session) -> Exit {
        session.remember();
        if let Err(error) = Git::at(session.repository.git_directory()).maintain() {
            tracing::debug!(%error, "git did not tidy up");
        }
        if self.global.stats {
            let counts = session.opened.stats.counts();
            self.output.message(&render::stats::text(&counts, self.started.elapsed()));
        }
        Exit::Success
    }
}
