//! The commands: each parses, calls one operation and reports.

mod apply;
mod check;
mod clone;
mod copy;
mod diff;
mod doctor;
mod edit;
mod fetch;
mod files;
mod hook;
mod hooks;
mod init;
mod merge_driver;
mod merged;
mod plan;
mod pull;
mod push;
mod set;
mod status;
mod verify;

use super::app::App;
use super::args::{Cli, Command};
use super::error::{CliError, Exit};
use clap::CommandFactory;

/// Runs the command that was typed.
pub async fn run(app: &App, command: Command) -> Result<Exit, CliError> {
    match command {
        Command::Clone(args) => clone::run(app, args).await,
        Command::Init(args) => init::run(app, args).await,
        Command::Fetch(args) => fetch::run(app, args).await,
        Command::Status => status::run(app).await,
        Command::Plan(args) => plan::run(app, args).await,
        Command::Push(args) => push::run(app, args).await,
        Command::Pull(args) => pull::run(app, args).await,
        Command::Set(args) => set::run(app, args).await,
        Command::Apply(args) => apply::run(app, args).await,
        Command::Diff(args) => diff::run(app, args).await,
        Command::Copy(args) => copy::run(app, args).await,
        Command::Verify(args) => verify::run(app, args).await,
        Command::Doctor(args) => doctor::run(app, args).await,
        Command::Check(args) => check::run(app, args).await,
        Command::Hooks(command) => hooks::run(app, &command),
        Command::Hook(args) => hook::run(app, args).await,
        Command::MergeDriver(args) => merge_driver::run(app, &args),
        Command::Completions { shell } => completions(app, shell),
    }
}

fn completions(app: &App, shell: clap_complete::Shell) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "git-store", &mut script);
    app.output.result(&String::from_utf8_lossy(&script));
    Ok(Exit::Success)
}
