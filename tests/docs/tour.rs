//! The tour of the README is run, and prints what the README says.
//!
//! A fenced block marked `console` is a piece of one long session: a line that starts with `$ `
//! is typed, the lines up to the next one are what is printed. `…` on a line of its own stands
//! for any lines. What differs from run to run (ids, times) is not compared.

use super::{page, root};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the README says that everything happens.
const PLACE: &str = "/tmp/tour";

struct Step {
    command: String,
    output: Vec<String>,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| is_inside) {
            steps.push(Step { command: command.to_owned(), output: Vec::new() });
        } else if let Some(step) = steps.last_mut().filter(|_| is_inside) {
            step.output.push(line.to_owned());
        }
    }
    steps
}

/// A home, a place and a current directory of their own.
struct Shell {
    temporary: tempfile::TempDir,
    current: PathBuf,
}

impl Shell {
    fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let current = temporary.path().join("source");
        fs::create_dir_all(temporary.path().join("home")).expect("a home");
        fs::create_dir_all(&current).expect("a directory for the sources");
        std::os::unix::fs::symlink(root().join("examples"), current.join("examples"))
            .expect("a link to the examples");
        Self { temporary, current }
    }

    fn place(&self) -> PathBuf {
        self.temporary.path().join("tour")
    }

    /// Runs a command; returns both outputs in the order in which they were written.
    fn run(&mut self, command: &str) -> String {
        let place = self.place().display().to_string();
        let pwd = self.temporary.path().join("pwd");
        let script = format!(
            "exec 2>&1\n{}\ncode=$?\npwd >'{}'\nexit $code\n",
            command.replace(PLACE, &place),
            pwd.display()
        );
        let output = self.command(&script).output().expect("bash runs");
        let now = fs::read_to_string(&pwd).expect("the command left a directory");
        self.current = PathBuf::from(now.trim_end());
        String::from_utf8(output.stdout).expect("text").replace(&place, PLACE)
    }

    fn command(&self, script: &str) -> Command {
        let programs = Path::new(env!("CARGO_BIN_EXE_git-store")).parent().expect("a folder");
        let path = std::env::var("PATH").expect("PATH is set");
        let mut command = Command::new("bash");
        command
            .arg("-c")
            .arg(script)
            .current_dir(&self.current)
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", format!("{}:{path}", programs.display()))
            .env("HOME", self.temporary.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC");
        for (role, name) in [("AUTHOR", "Ada Example"), ("COMMITTER", "Ada Example")] {
            command.env(format!("GIT_{role}_NAME"), name);
            command.env(format!("GIT_{role}_EMAIL"), "ada@example.com");
        }
        command
    }
}

/// Takes out what is different in every run.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut word = String::new();
    for c in line.trim_end().chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let is_id = (7..=64).contains(&word.len()) && word.chars().all(|c| c.is_ascii_hexdigit());
        text += if is_id { "ID" } else { &word };
        word.clear();
        text.push(c);
    }
    let text = text.trim_end();
    for start in ["Date: ", "    At: ", "changed: "] {
        if text.starts_with(start) {
            return format!("{start}TIME");
        }
    }
    match text.starts_with("Requests: ").then(|| text.rsplit_once("; ")).flatten() {
        Some((costs, _)) => format!("{costs}; TIME"),
        None => text.to_owned(),
    }
}

fn is_like(wanted: &[String], found: &[String]) -> bool {
    match wanted.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=found.len()).any(|skipped| is_like(rest, &found[skipped..]))
        }
        Some((first, rest)) => found.first() == Some(first) && is_like(rest, &found[1..]),
    }
}

#[test]
fn the_tour_of_the_readme_happens_as_it_says() {
    let steps = steps(&page("README.md"));
    assert!(steps.len() > 20, "the tour was found");
    happens(&mut Shell::new(), steps);
}

#[cfg(feature = "policy")]
#[test]
fn the_example_of_a_policy_says_what_the_page_shows() {
    let text = page("docs/policy.md");
    let example = text.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next());
    let mut shell = Shell::new();
    let file = shell.current.join("policy.yaml");
    fs::write(file, example.expect("an example")).expect("a policy file");
    let steps = steps(&text);
    assert_eq!(steps.len(), 2, "the session was found");
    happens(&mut shell, steps);
}

#[track_caller]
fn happens(shell: &mut Shell, steps: Vec<Step>) {
    for Step { command, output } in steps {
        let printed = shell.run(&command);
        let lines = |text: &str| -> Vec<String> { text.trim_end().lines().map(plain).collect() };
        let (wanted, found) = (lines(&output.join("\n")), lines(&printed));
        assert!(
            is_like(&wanted, &found),
            "'{command}' should print\n{}\nbut prints\n{printed}",
            output.join("\n")
        );
    }
}

#[test]
fn only_ids_and_times_are_taken_out() {
    assert_eq!(plain("7b0b818 prod: 12 nodes   "), "ID prod: 12 nodes");
    assert_eq!(plain("store/main is now at 701f7f87d6:"), "store/main is now at ID:");
    assert_eq!(plain("Date:   Sun Nov 22 2026"), "Date: TIME");
    assert_eq!(
        plain("Requests: 1 (1 list); sent 0 B; 0.01 s"),
        "Requests: 1 (1 list); sent 0 B; TIME"
    );
    assert!(is_like(&["a".into(), "…".into(), "z".into()], &["a".into(), "b".into(), "z".into()]));
    assert!(!is_like(&["a".into()], &["b".into()]));
}
