//! The one environment in which tests run `git`, `git-store` and what else a person would type:
//! a home of its own, no variable and no setting of whoever runs the tests, fixed dates.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Variables of the surroundings that a program cannot do without.
const KEPT: &[&str] = &["TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT"];

pub struct Sandbox {
    home: tempfile::TempDir,
    variables: BTreeMap<OsString, OsString>,
}

impl Sandbox {
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let settings = "[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n";
        fs::write(home.path().join(".gitconfig"), settings).expect("git's settings");
        Self { home, variables: BTreeMap::new() }
    }

    /// Sets a variable for everything that runs from now on.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.insert(name.into(), value.as_ref().into());
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A repository with branch `main` and no commit.
    pub fn repository(&self, name: &str) -> PathBuf {
        self.git(self.home.path(), &["init", "-q", "-b", "main", name]);
        self.path(name)
    }

    pub fn bare(&self, name: &str) -> PathBuf {
        self.git(self.home.path(), &["init", "-q", "--bare", "-b", "main", name]);
        self.path(name)
    }

    /// Makes a command run as in an empty home, with the programs under test found first.
    pub fn isolate<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let kept = KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept).env("PATH", path());
        let identity =
            [("NAME", "Ann"), ("EMAIL", "ann@example.com"), ("DATE", "1700000000 +0000")];
        for (name, value) in identity {
            command.env(format!("GIT_AUTHOR_{name}"), value);
            command.env(format!("GIT_COMMITTER_{name}"), value);
        }
        command.env("HOME", self.home.path()).env("LC_ALL", "C").env("TZ", "UTC");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_CONFIG_GLOBAL", self.path(".gitconfig")).envs(&self.variables)
    }

    /// Any program; the first word is its name.
    pub fn program<S: AsRef<OsStr>>(&self, directory: &Path, words: &[S]) -> Command {
        let mut command = Command::new(&words[0]);
        self.isolate(&mut command).current_dir(directory).args(&words[1..]);
        command.stdin(Stdio::null());
        command
    }

    pub fn command<S: AsRef<OsStr>>(&self, directory: &Path, arguments: &[S]) -> Command {
        let mut command = Command::new("git");
        self.isolate(&mut command).current_dir(directory).args(arguments);
        command
    }

    /// Runs git, which must succeed, and returns what it printed without the last newline.
    pub fn git<S: AsRef<OsStr>>(&self, directory: &Path, arguments: &[S]) -> String {
        let output = self.command(directory, arguments).output().expect("git runs");
        let arguments: Vec<_> = arguments.iter().map(|a| a.as_ref().to_string_lossy()).collect();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?} failed: {error}");
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_string()
    }

    /// Whether git succeeds, and what it said.
    pub fn try_git(&self, directory: &Path, arguments: &[&str]) -> (bool, String) {
        let output = self.command(directory, arguments).output().expect("git runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    pub fn git_with_input(&self, directory: &Path, arguments: &[&str], input: &[u8]) -> String {
        let mut command = self.command(directory, arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git runs");
        child.stdin.take().expect("a pipe").write_all(input).expect("git reads");
        let output = child.wait_with_output().expect("git ends");
        assert!(output.status.success(), "git {arguments:?} failed");
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_string()
    }

    /// Fails if git finds anything wrong, warnings included.
    pub fn fsck(&self, directory: &Path) {
        let (ok, said) = self.try_git(directory, &["fsck", "--strict", "--full", "--no-dangling"]);
        assert!(ok && !said.contains("warning") && !said.contains("error"), "fsck: {said}");
    }

    pub fn write(&self, repository: &Path, file: &str, content: &str) {
        let path = repository.join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    /// Runs a line as typed; see [`Sandbox::program`]. Single quotes keep words together.
    pub fn run(&self, directory: &Path, line: &str) -> Run {
        self.finish(line, &mut self.program(directory, &words(line)))
    }

    /// Runs a prepared command to its end.
    pub fn finish(&self, line: &str, command: &mut Command) -> Run {
        let Output { status, stdout, stderr } = command.output().expect("the program runs");
        Run {
            line: line.to_owned(),
            code: status.code(),
            raw: String::from_utf8_lossy(&stdout).into_owned(),
            stdout: self.normal(&stdout),
            stderr: self.normal(&stderr),
        }
    }

    /// Output without what differs from run to run: the home, names of objects, times.
    fn normal(&self, bytes: &[u8]) -> String {
        let home = self.home.path().to_str().expect("a plain name");
        let text = String::from_utf8_lossy(bytes).replace(home, "~");
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let mut normal = String::new();
        for word in text.split_inclusive(|c| !is_word(c)) {
            let bare = word.trim_end_matches(|c| !is_word(c));
            let is_hex = bare.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            match (is_hex, bare.len()) {
                (true, 7 | 10 | 16 | 40 | 64) => {
                    normal += "<id>";
                    normal += &word[bare.len()..];
                }
                _ => normal += word,
            }
        }
        normal
    }
}

/// How a program ended and what it printed. To be looked at, always.
#[must_use]
#[derive(Debug)]
pub struct Run {
    line: String,
    code: Option<i32>,
    raw: String,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// It must have succeeded; returns what it printed.
    #[track_caller]
    pub fn ok(self) -> String {
        self.ends_with(0);
        self.stdout
    }

    /// It must have ended with this code; returns both streams, errors last.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        self.ends_with(code);
        self.stdout + &self.stderr
    }

    /// Everything that a person sees, for a snapshot.
    pub fn seen(self) -> String {
        let code = self.code.map_or("a signal".to_owned(), |code| code.to_string());
        let text = self.stdout + &self.stderr;
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        format!("{text}{newline}[ended with {code}]\n")
    }

    /// The result as JSON; it must be one document.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        let parsed = serde_json::from_str(self.raw.trim_end());
        parsed.unwrap_or_else(|error| panic!("{}: {error} in {}", self.line, self.stdout))
    }

    /// It must have succeeded; returns what it printed, byte for byte.
    #[track_caller]
    pub fn raw(self) -> String {
        self.ends_with(0);
        self.raw
    }

    pub fn code(&self) -> Option<i32> {
        self.code
    }

    #[track_caller]
    fn ends_with(&self, code: i32) {
        let Self { line, stdout, stderr, .. } = self;
        assert_eq!(self.code, Some(code), "{line}\n{stdout}{stderr}");
    }
}

/// The programs under test first, then those of the machine.
fn path() -> OsString {
    let own = [env!("CARGO_BIN_EXE_git-store"), env!("CARGO_BIN_EXE_git-remote-store")];
    let own = own.iter().map(|program| Path::new(program).parent().expect("a directory").into());
    let others = std::env::var_os("PATH").unwrap_or_default();
    let paths: Vec<PathBuf> = own.take(1).chain(std::env::split_paths(&others)).collect();
    std::env::join_paths(paths).expect("a search path")
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Every file below a directory with its bytes.
pub fn bytes_below(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(next) = directories.pop() {
        for entry in fs::read_dir(&next).expect("a readable directory") {
            let path = entry.expect("a readable entry").path();
            let kind = fs::symlink_metadata(&path).expect("a readable entry").file_type();
            if kind.is_dir() {
                directories.push(path);
            } else {
                let name = path.strip_prefix(directory).expect("below it");
                let name = name.to_str().expect("a plain name").to_owned();
                files.insert(
                    name,
                    if kind.is_file() { fs::read(&path) } else { Ok(Vec::new()) }
                        .expect("a readable file"),
                );
            }
        }
    }
    files
}
