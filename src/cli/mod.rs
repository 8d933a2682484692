//! The command line: what people type, and what they and their scripts are shown.

pub mod error;
pub mod output;
pub mod progress;
pub mod render;
