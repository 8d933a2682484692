//! Values as text for people and as JSON for machines.
//!
//! Nothing here prints. Texts hold ANSI colours, which
//! [`Output`](super::output::Output) takes out where they are not wanted, and end with a line
//! feed unless they are empty. JSON has a `version` at its top, which changes when a field
//! changes its meaning or goes away.
//!
//! Two rules hold for everything: what comes from a store or a repository is escaped, so that
//! it cannot drive a terminal; and of an object whose content stays in the store nothing is
//! said from which its content could be guessed: no version, no digest, no size.

pub mod compare;
pub mod copy;
pub mod diff;
pub mod fetch;
pub mod findings;
pub mod plan;
pub mod push;
pub mod stats;
pub mod status;
pub mod text;

/// The `version` of every JSON value.
pub const JSON_VERSION: u32 = 1;
