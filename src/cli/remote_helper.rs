//! `git-remote-store`: the protocol by which git talks to a remote that is a store.
//!
//! See gitremote-helpers(7). Git starts the helper with the remote's name and URL and sends
//! commands, one a line; `fetch` and `push` come in batches that end with an empty line.
//! The store has exactly one branch. The store is observed once for each run, when git asks
//! for the refs.

use super::environment::Environment;
use super::error::CliError;
use super::gitconfig::Configured;
use super::output::Output;
use super::progress;
use super::render::fetch::{Fetched, warnings};
use super::session::{Session, Wishes};
use crate::config::{Layer, Origin};
use crate::git::{Git, GitError, LibgitRepository};
use crate::model::{Failpoint, ObjectId};
use crate::ops::fetch::{fetch, fetch_for_git};
use crate::ops::observe::Observation;
use crate::ops::push::{Ending, PushOptions, PushReport, push_observed};
use std::io::{BufRead, Write};

/// What git has told the helper to do in a certain way.
#[derive(Debug, Default)]
struct Options {
    progress: bool,
    quiet: bool,
    dry_run: bool,
    atomic: bool,
    push_options: Vec<String>,
}

/// One conversation with git.
pub struct Helper<'a, R, W> {
    remote: String,
    is_named: bool,
    url: String,
    input: R,
    output: W,
    messages: &'a Output,
    options: Options,
    session: Option<Session>,
    observation: Option<Observation>,
    scratch: Option<tempfile::TempDir>,
}

impl<'a, R: BufRead, W: Write> Helper<'a, R, W> {
    /// A conversation about a remote. `remote` is the URL itself where git knows no name.
    pub fn new(remote: &str, url: &str, input: R, output: W, messages: &'a Output) -> Self {
        Self {
            remote: store_name(remote),
            is_named: !remote.contains("://"),
            url: url.to_owned(),
            input,
            output,
            messages,
            options: Options::default(),
            session: None,
            observation: None,
            scratch: None,
        }
    }

    /// Answers git until it has no more to say.
    pub async fn run(&mut self) -> Result<(), CliError> {
        while let Some(line) = self.line()? {
            match line.split_once(' ').unwrap_or((&line, "")) {
                ("", _) => return Ok(()),
                ("capabilities", _) => self.say("fetch\npush\noption\n\n")?,
                ("option", option) => self.option(option)?,
                ("list", direction) => self.list(direction == "for-push").await?,
                ("fetch", _) => self.fetch()?,
                ("push", refspec) => self.push(refspec).await?,
                (other, _) => return Err(CliError::protocol(other)),
            }
        }
        Ok(())
    }

    fn line(&mut self) -> Result<Option<String>, CliError> {
        let mut line = String::new();
        let read = self.input.read_line(&mut line).map_err(CliError::from_io)?;
        Ok((read > 0).then(|| line.trim_end_matches('\n').to_owned()))
    }

    fn say(&mut self, text: &str) -> Result<(), CliError> {
        self.output.write_all(text.as_bytes()).map_err(CliError::from_io)?;
        self.output.flush().map_err(CliError::from_io)
    }

    fn option(&mut self, option: &str) -> Result<(), CliError> {
        let (name, value) = option.split_once(' ').unwrap_or((option, ""));
        let is_known = match name {
            "progress" => assign(&mut self.options.progress, value == "true"),
            "verbosity" => assign(&mut self.options.quiet, value == "0"),
            "dry-run" => assign(&mut self.options.dry_run, value == "true"),
            "push-option" => {
                self.options.push_options.push(value.to_owned());
                true
            }
            "atomic" => assign(&mut self.options.atomic, value == "true"),
            // These change nothing here.
            "cloning" | "followtags" | "force" => true,
            _ => false,
        };
        self.say(if is_known { "ok\n" } else { "unsupported\n" })
    }

    async fn list(&mut self, for_push: bool) -> Result<(), CliError> {
        let session = self.open().await?;
        // Before a push, what others changed is recorded, so that `git merge` can follow at once.
        let observation = match for_push {
            true => fetch(&session.context()).await?,
            false => fetch_for_git(&session.context()).await?,
        };
        session.remember();
        if !for_push {
            self.bring(&session, &observation)?;
        }
        let branch = session.target.branch_ref();
        let tip = observation.state.tip;
        self.session = Some(session);
        self.observation = Some(observation);
        match tip {
            Some(tip) => self.say(&format!("{tip} {branch}\n@{branch} HEAD\n\n")),
            None => self.say("\n"),
        }
    }

    /// What a fetch brings beside objects. It is done when git asks for the refs: git never asks
    /// for objects that are in the repository already.
    fn bring(&self, session: &Session, observation: &Observation) -> Result<(), CliError> {
        if self.is_named && !session.repository.is_bare() {
            // A clone fills its work tree after this.
            let directory = &session.target.directory;
            if session.repository.pin_bytes(directory)? {
                session.repository.install_merge_driver(directory)?;
            }
        }
        let (url, tracking) = (session.url.to_string(), session.target.tracking_name());
        let fetched = Fetched::new(&url, &tracking, observation);
        warnings(&fetched).iter().for_each(|warning| self.messages.warning(warning));
        Ok(())
    }

    async fn open(&mut self) -> Result<Session, CliError> {
        if let Some(session) = self.session.take() {
            return Ok(session);
        }
        let configured = Configured::read(self.repository()?)?;
        let wishes = Wishes { layers: Vec::new(), url: Some(self.url.clone()) };
        let progress = progress::for_helper(self.options.progress && !self.options.quiet);
        Session::open(configured, &self.remote, wishes, Environment, progress).await
    }

    /// `git ls-remote` works without a repository too; what is observed for it is thrown away.
    fn repository(&mut self) -> Result<LibgitRepository, CliError> {
        match LibgitRepository::from_environment() {
            Err(GitError::NotARepository(_)) if std::env::var_os("GIT_DIR").is_none() => {
                let scratch = tempfile::tempdir().map_err(CliError::from_io)?;
                Git::init(scratch.path(), true, "main")?;
                let repository = LibgitRepository::open_bare(scratch.path())?;
                self.scratch = Some(scratch);
                Ok(repository)
            }
            other => Ok(other?),
        }
    }

    /// All objects are there since git asked for the refs.
    fn fetch(&mut self) -> Result<(), CliError> {
        self.skip_batch()?;
        self.say("\n")
    }

    fn skip_batch(&mut self) -> Result<(), CliError> {
        while self.line()?.is_some_and(|line| !line.is_empty()) {}
        Ok(())
    }

    async fn push(&mut self, first: &str) -> Result<(), CliError> {
        let mut refspecs = vec![first.to_owned()];
        while let Some(line) = self.line()?.filter(|line| !line.is_empty()) {
            refspecs.push(line.strip_prefix("push ").unwrap_or(&line).to_owned());
        }
        let branch = self.session.as_ref().map(|session| session.target.branch_ref());
        let branch = branch.unwrap_or_default();
        let is_held = self.options.atomic
            && refspecs.iter().any(|refspec| Refspec::parse(refspec).accept(&branch).is_err());
        for refspec in refspecs {
            let refspec = Refspec::parse(&refspec);
            let destination = refspec.destination.to_owned();
            let result = match refspec.accept(&branch) {
                Ok(()) if is_held => Err("another ref of the same atomic push is refused".into()),
                Ok(()) => self.push_commit(refspec.source).await,
                Err(reason) => Err(reason),
            };
            let answer = match result {
                Ok(()) => format!("ok {destination}\n"),
                Err(reason) => format!("error {destination} {}\n", one_line(&reason)),
            };
            self.say(&answer)?;
        }
        self.say("\n")
    }

    async fn push_commit(&mut self, source: &str) -> Result<(), String> {
        let (Some(mut session), Some(observation)) = (self.session.take(), self.observation.take())
        else {
            return Err("only one branch can be pushed at a time".to_owned());
        };
        let result = self.push_with(&mut session, observation, source).await;
        session.remember();
        self.session = Some(session);
        Failpoint::HelperPushed.reach();
        result
    }

    async fn push_with(
        &mut self,
        session: &mut Session,
        observation: Observation,
        source: &str,
    ) -> Result<(), String> {
        // Git says the options of a push after it has asked for the refs.
        let layer = push_layer(&self.options.push_options).map_err(|error| error.message)?;
        session.add_layer(layer).map_err(|error| error.message)?;
        let commit: ObjectId = session
            .repository
            .resolve(source)
            .map_err(|error| error.to_string())?
            .ok_or_else(|| format!("{source} is no commit"))?;
        let options = PushOptions {
            dry_run: self.options.dry_run,
            actor: Environment.actor(&Git::at(session.repository.git_directory())),
        };
        let result = push_observed(&session.context(), observation, commit, &options).await;
        match result {
            Ok(report) => self.tell(&report),
            Err(error) => {
                let error = CliError::from(error);
                self.explain(&error);
                Err(error.message)
            }
        }
    }

    fn tell(&mut self, report: &PushReport) -> Result<(), String> {
        if !self.options.quiet {
            self.messages.message(&super::render::push::text(report));
        }
        match report.ending {
            Ending::Complete | Ending::DryRun => Ok(()),
            Ending::Refused => Err("changed by somebody else meanwhile; fetch first".to_owned()),
            Ending::Interrupted => Err("stopped midway; push again to go on".to_owned()),
            Ending::Failed => Err("the store did not take all of it".to_owned()),
        }
    }

    fn explain(&mut self, error: &CliError) {
        self.messages.always(&super::render::findings::text(&error.findings));
        for hint in &error.hints {
            self.messages.always(&format!("hint: {hint}"));
        }
    }
}

/// Git passes the URL where it knows no name. Such a store gets refs of its own, so that it is
/// not taken for another.
fn store_name(remote: &str) -> String {
    use sha2::Digest as _;
    if remote.contains("://") {
        return format!("url-{}", hex::encode(&sha2::Sha256::digest(remote)[..8]));
    }
    remote.to_owned()
}

fn assign(option: &mut bool, value: bool) -> bool {
    *option = value;
    true
}

/// What git asks to push: `+source:destination`.
struct Refspec<'a> {
    source: &'a str,
    destination: &'a str,
    is_forced: bool,
}

impl<'a> Refspec<'a> {
    fn parse(text: &'a str) -> Self {
        let plain = text.strip_prefix('+');
        let (source, destination) =
            plain.unwrap_or(text).split_once(':').unwrap_or((plain.unwrap_or(text), ""));
        Self { source, destination, is_forced: plain.is_some() }
    }

    /// A store can be pushed its one branch, forward.
    fn accept(&self, branch: &str) -> Result<(), String> {
        if self.source.is_empty() {
            let reason = "the branch of a store cannot be deleted; delete its files in a commit";
            return Err(reason.into());
        }
        if self.destination.starts_with("refs/tags/") {
            return Err("a store holds no tags".into());
        }
        if self.destination != branch {
            let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
            return Err(format!("a store has one branch, {short}; push HEAD:{short}"));
        }
        if self.is_forced {
            return Err("a store cannot be pushed by force; fetch and merge first".into());
        }
        Ok(())
    }
}

/// `git push -o allow-delete=PATTERN`, `-o allow=RULE:PATH` and `-o accept-races`.
fn push_layer(options: &[String]) -> Result<Layer, CliError> {
    let (mut patterns, mut words, mut races) = (Vec::new(), Vec::new(), Vec::new());
    for option in options {
        match option.split_once('=') {
            Some(("allow-delete", pattern)) => patterns.push(pattern.to_owned()),
            Some(("allow", word)) => words.push(word.to_owned()),
            None if option == "accept-races" => races.push("true".to_owned()),
            _ => return Err(CliError::push_option(option)),
        }
    }
    let values = [("allowDelete", patterns), ("allow", words), ("acceptRaces", races)];
    let values = values.map(|(key, values)| (key.to_owned(), values)).into();
    Ok(Layer { origin: Origin::PushOption, values })
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_stores_branch_goes_forward() {
        let branch = "refs/heads/main";
        assert_eq!(Refspec::parse("HEAD:refs/heads/main").accept(branch), Ok(()));
        let refused = [
            (":refs/heads/main", "deleted"),
            ("HEAD:refs/tags/v1", "tags"),
            ("HEAD:refs/heads/other", "push HEAD:main"),
            ("+HEAD:refs/heads/main", "by force"),
        ];
        for (refspec, reason) in refused {
            let error = Refspec::parse(refspec).accept(branch).expect_err(reason);
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn unknown_push_options_are_refused() {
        assert!(push_layer(&["ci.skip".to_owned()]).is_err());
        let layer = push_layer(&["allow-delete=a/**".to_owned()]).expect("a known option");
        assert_eq!(layer.values["allowDelete"], ["a/**"]);
    }
}
