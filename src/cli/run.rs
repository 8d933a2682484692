//! The two programs.

use super::app::App;
use super::args::{Cli, Global};
use super::commands;
use super::error::{CliError, Exit, Kind};
use super::output::{Options, Output, Verbosity};
use super::remote_helper::Helper;
use clap::Parser;
use std::future::Future;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// `git-store`, and `git store`.
pub fn git_store() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return shown_by_clap(&error),
    };
    begin(cli.global.verbose);
    let app = App::new(cli.global.clone(), Output::new(options(&cli.global)));
    let result = block_on(commands::run(&app, cli.command));
    let result = result.and_then(|exit| app.output.finish().map(|()| exit));
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            app.failed(&error);
            error.exit().into()
        }
    }
}

/// `git-remote-store`, which git starts for a remote whose URL begins with `store::`.
pub fn git_remote_store() -> ExitCode {
    begin(0);
    let output = Output::beside_git(Options::default());
    let mut arguments = std::env::args().skip(1);
    let (Some(remote), Some(url)) = (arguments.next(), arguments.next()) else {
        let error = CliError::usage("git-remote-store is started by git, with a remote and a URL")
            .hint("git clone store::s3://bucket/prefix");
        output.error(&error);
        return error.exit().into();
    };
    let (input, answers) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut helper = Helper::new(&remote, &url, input, answers, &output);
    match block_on(helper.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            error.exit().into()
        }
    }
}

/// Help and version are no mistakes; a mistake has the code that stands in the table.
fn shown_by_clap(error: &clap::Error) -> ExitCode {
    let is_mistake = error.use_stderr();
    if let Err(error) = error.print() {
        tracing::debug!(%error, "nobody reads the help");
    }
    if is_mistake { Exit::Usage.into() } else { ExitCode::SUCCESS }
}

fn options(global: &Global) -> Options {
    let verbosity = match (global.quiet, global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Normal,
        (false, _) => Verbosity::Verbose,
    };
    Options { color: global.color, verbosity, json: global.json }
}

/// What both programs do first.
fn begin(verbose: u8) {
    log(verbose);
    #[cfg(feature = "failpoints")]
    super::failpoints::watch(super::environment::Environment);
}

/// `GIT_STORE_LOG` says what is logged, as `RUST_LOG` does for others; `-vv` logs our own part.
fn log(verbose: u8) {
    let level = if verbose > 1 { "git_store=debug" } else { "warn" };
    let filter = EnvFilter::try_from_env("GIT_STORE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .without_time()
        .init();
}

/// Connections are served by another thread, so that hashing and waiting overlap.
fn block_on<T>(future: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => Err(CliError::new(Kind::Other, &format!("cannot start: {error}"))),
    }
}
