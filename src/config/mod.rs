//! Settings as values, each with the place that it came from.
//!
//! Nothing here reads a file or the environment: the outermost layer reads, and hands over
//! [`Layer`]s in order of precedence.

pub mod modes;
pub mod settings;
pub mod state_store;

pub use modes::{Mode, Modes, Patterns};
pub use settings::{BadSetting, KEYS, Layer, Origin, Setting, Settings};
