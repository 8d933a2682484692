//! `git-store`: makes a state store a git remote.

use std::process::ExitCode;

fn main() -> ExitCode {
    git_store::cli::git_store()
}
