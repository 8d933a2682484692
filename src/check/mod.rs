//! Checks: bytes in, findings out.
//!
//! One rule, one file below [`rules`]; a rule is an identity and a function from typed input to
//! [`Problem`]s. Nothing here reads, writes or knows a store, git or a terminal.

pub mod secrets;
pub mod yaml;
