//! The command line: what people type, and what they and their scripts are shown.

pub mod args;
pub mod error;
pub mod output;
pub mod progress;
pub mod render;

mod app;
mod commands;
mod environment;
#[cfg(feature = "failpoints")]
mod failpoints;
mod gitconfig;
mod local;
mod remote_helper;
mod run;
mod session;

pub use run::{git_remote_store, git_store};
