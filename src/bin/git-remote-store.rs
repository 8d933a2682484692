//! `git-remote-store`: what git starts for a remote whose URL begins with `store::`.

use std::process::ExitCode;

fn main() -> ExitCode {
    git_store::cli::git_remote_store()
}
