//! The git layer against real `git`.

mod open;
mod pack;
mod refs;
pub mod sandbox;
mod trees;
