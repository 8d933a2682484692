//! The git layer against real `git`.

mod command;
mod environment;
mod hooks;
mod hostile;
mod incoming;
mod janitor;
mod open;
mod pack;
mod refs;
pub mod sandbox;
mod staged;
mod trees;
