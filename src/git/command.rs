//! The one module that runs `git`.
//!
//! What people see and configure (merges, filters, credentials) is git's own work. Every
//! command has fixed English output, and no argument of ours can be taken for an option.

use super::GitError;
use crate::model::ObjectId;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What ties git to one repository; `git rev-parse --local-env-vars` lists them.
const LOCAL_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// How much of git's complaint is passed on.
const LONGEST_COMPLAINT: usize = 2000;

/// The `git` command, run for one repository.
#[derive(Clone, Debug)]
pub struct Git {
    /// `None`: where we are, with the environment that git gave us.
    directory: Option<PathBuf>,
}

impl Git {
    /// For the repository that git means here, as a hook or a remote helper.
    pub fn here() -> Self {
        Self { directory: None }
    }

    /// For the repository of a directory, whichever one the environment names.
    pub fn at(directory: &Path) -> Self {
        Self { directory: Some(directory.to_path_buf()) }
    }

    /// Makes a repository that git-store can use, whatever git's defaults have become.
    ///
    /// # Errors
    /// What git says.
    pub fn init(path: &Path, bare: bool, branch: &str) -> Result<Self, GitError> {
        // Not options: an older git would not know them, and needs none.
        let mut command = Self::here().command("init");
        clear_local(&mut command);
        command.env("GIT_DEFAULT_HASH", "sha1").env("GIT_DEFAULT_REF_FORMAT", "files");
        command.args(["--quiet", &format!("--initial-branch={branch}")]);
        if bare {
            command.arg("--bare");
        }
        finish("init", command.arg("--").arg(path))?;
        Ok(Self::at(path))
    }

    /// Git's version, such as 2.47.3.
    ///
    /// # Errors
    /// When there is no git.
    pub fn version(&self) -> Result<(u32, u32, u32), GitError> {
        let text = self.text("version", &[])?;
        let number = text.split_whitespace().nth(2).unwrap_or_default();
        let mut parts = number.split('.').map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        Ok((next(), next(), next()))
    }

    /// Fills the work tree and the index of a fresh clone from `HEAD`.
    ///
    /// # Errors
    /// What git says.
    pub fn fill_work_tree(&self) -> Result<(), GitError> {
        self.text("reset", &["--quiet", "--hard"]).map(drop)
    }

    /// Merges a ref into the current branch. Git talks to the person itself: it may open an
    /// editor, and it tells conflicts, on
    /// standard error. `false`: it stopped.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn merge(&self, reference: &str, options: &[&str]) -> Result<bool, GitError> {
        let mut command = self.talking("merge");
        command.args(options).args(["--end-of-options", reference]);
        // Standard output is for results.
        let status = command.stdout(std::io::stderr()).status();
        Ok(status.map_err(|error| cannot_run("merge", error))?.success())
    }

    /// Commits these files alone, as they stand in the work tree. Hooks and signing are as the
    /// person has set them up; git talks to the person. `false`: it made no commit.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn commit_only(&self, message: &str, paths: &[String]) -> Result<bool, GitError> {
        let mut command = self.talking("commit");
        command.args(["--quiet", "--only", "--message", message, "--"]).args(paths);
        // Standard output is for results.
        let status = command.stdout(std::io::stderr()).status();
        Ok(status.map_err(|error| cannot_run("commit", error))?.success())
    }

    /// Whether a merge waits for somebody to resolve its conflicts.
    pub fn is_merging(&self) -> bool {
        self.text("rev-parse", &["--verify", "--quiet", "MERGE_HEAD"]).is_ok()
    }

    /// Whether tracked files of the work tree or the index differ from `HEAD`.
    ///
    /// # Errors
    /// What git says.
    pub fn is_dirty(&self) -> Result<bool, GitError> {
        let options = ["--porcelain=v1", "-z", "--untracked-files=no"];
        self.text("status", &options).map(|text| !text.is_empty())
    }

    /// Whether the signature of a commit is good by git's settings (`gpg.format`,
    /// `gpg.ssh.allowedSignersFile`, `gpg.minTrustLevel`, …).
    ///
    /// # Errors
    /// When git cannot be run.
    pub(super) fn accepts_signature(&self, commit: ObjectId) -> Result<bool, GitError> {
        let mut command = self.command("verify-commit");
        let output = command.arg(commit.to_string()).stdin(Stdio::null()).output();
        Ok(output.map_err(|error| cannot_run("verify-commit", error))?.status.success())
    }

    /// Lets git tidy up if it thinks it is time; it does so in the background.
    ///
    /// # Errors
    /// What git says.
    pub fn maintain(&self) -> Result<(), GitError> {
        self.text("maintenance", &["run", "--auto", "--quiet"]).map(drop)
    }

    /// Runs a subcommand and returns what it printed.
    ///
    /// # Errors
    /// [`GitError::Command`] with what it said when it failed.
    pub fn text(&self, subcommand: &str, arguments: &[&str]) -> Result<String, GitError> {
        let output = finish(subcommand, self.command(subcommand).args(arguments))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs a subcommand that tells something by its exit code, and returns it with what it
    /// printed. A failure says why on standard error; an answer says nothing there.
    pub(super) fn answer(
        &self,
        subcommand: &str,
        arguments: &[&str],
    ) -> Result<(i32, Vec<u8>), GitError> {
        let mut command = self.command(subcommand);
        let output = command.args(arguments).stdin(Stdio::null()).output();
        let output = output.map_err(|error| cannot_run(subcommand, error))?;
        match output.status.code() {
            Some(0) => Ok((0, output.stdout)),
            Some(code) if output.stderr.is_empty() => Ok((code, output.stdout)),
            _ => Err(failed(subcommand, &output)),
        }
    }

    /// A command whose output is read.
    fn command(&self, subcommand: &str) -> Command {
        let mut command = self.talking(subcommand);
        command.env("LC_ALL", "C");
        command
    }

    /// A command that talks to the person, in the person's language.
    fn talking(&self, subcommand: &str) -> Command {
        let mut command = Command::new("git");
        command.args(["--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false"]);
        if let Some(directory) = &self.directory {
            clear_local(&mut command);
            command.arg("-C").arg(directory);
        }
        command.arg(subcommand);
        command
    }
}

fn clear_local(command: &mut Command) {
    for name in LOCAL_VARIABLES {
        command.env_remove(name);
    }
}

fn finish(subcommand: &str, command: &mut Command) -> Result<Output, GitError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| cannot_run(subcommand, error))?;
    if output.status.success() { Ok(output) } else { Err(failed(subcommand, &output)) }
}

fn cannot_run(subcommand: &str, error: std::io::Error) -> GitError {
    let message = if error.kind() == std::io::ErrorKind::NotFound {
        "there is no 'git' in PATH".into()
    } else {
        error.to_string()
    };
    GitError::Command { command: subcommand.into(), message }
}

fn failed(subcommand: &str, output: &Output) -> GitError {
    let said = harmless(&String::from_utf8_lossy(&output.stderr));
    let message = if said.is_empty() { output.status.to_string() } else { said };
    GitError::Command { command: subcommand.into(), message }
}

/// The first lines, with everything escaped that could drive a terminal.
fn harmless(text: &str) -> String {
    let start: String = text.trim().chars().take(LONGEST_COMPLAINT).collect();
    let lines: Vec<String> = start.lines().take(10).map(escape).collect();
    lines.join("\n")
}

fn escape(line: &str) -> String {
    let is_risky =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let written = |c: char| {
        if is_risky(c) { c.escape_unicode().to_string() } else { c.to_string() }
    };
    line.chars().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_cannot_drive_a_terminal() {
        let said = harmless("fatal: \u{1b}[31mno\r\u{202e}\nnext\n");
        assert_eq!(said, "fatal: \\u{1b}[31mno\\u{d}\\u{202e}\nnext");
        assert!(harmless(&"x\n".repeat(5000)).lines().count() <= 10);
    }
}
