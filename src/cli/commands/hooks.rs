//! `git store hooks`

use crate::cli::app::App;
use crate::cli::args::HooksCommand;
use crate::cli::error::{CliError, Exit};
use crate::git::Git;
use crate::git::LibgitRepository;
use crate::git::hooks::{self, Hook, HookState, HookStatus};
use crate::git::server::harden_server;
use std::fmt::Write as _;

/// Installs, removes or shows git hooks.
pub fn run(app: &App, command: &HooksCommand) -> Result<Exit, CliError> {
    let configured = app.configured()?;
    let target = app.target(&configured)?;
    let repository = configured.repository;
    let mut text = String::new();
    let statuses = match command {
        HooksCommand::Install { server } => {
            if *server {
                for setting in harden_server(&Git::at(repository.git_directory()))? {
                    let _ = writeln!(text, "{setting}");
                }
            }
            if !repository.is_bare() {
                repository.install_merge_driver(&target.directory)?;
            }
            hooks::install(&repository, which(&repository, *server))?
        }
        HooksCommand::Uninstall => {
            let mut statuses = hooks::uninstall(&repository, hooks::CLIENT)?;
            statuses.extend(hooks::uninstall(&repository, hooks::SERVER)?);
            statuses
        }
        HooksCommand::Status => hooks::status(&repository, which(&repository, false))?,
    };
    for status in &statuses {
        text += &line(status);
    }
    app.show(|| text, || json(&statuses));
    Ok(Exit::Success)
}

fn which(repository: &LibgitRepository, server: bool) -> &'static [Hook] {
    if server || repository.is_bare() { hooks::SERVER } else { hooks::CLIENT }
}

fn line(status: &HookStatus) -> String {
    let chained = if status.is_chained { ", another hook runs with it" } else { "" };
    format!("{}: {}{chained}\n", status.name, word(status.state))
}

fn word(state: HookState) -> &'static str {
    match state {
        HookState::Missing => "missing",
        HookState::Installed => "installed",
        HookState::Outdated => "outdated; git store hooks install",
        HookState::Foreign => "somebody else's; git store hooks install keeps it and runs both",
    }
}

fn json(statuses: &[HookStatus]) -> serde_json::Value {
    let hooks: Vec<_> = statuses
        .iter()
        .map(|status| {
            serde_json::json!({
                "name": status.name,
                "state": word(status.state).split(';').next(),
                "chained": status.is_chained,
            })
        })
        .collect();
    serde_json::json!({ "version": 1, "hooks": hooks })
}
