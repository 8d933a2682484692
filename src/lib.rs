//! git-store makes a state store a git remote.
//!
//! Folders are layers, and imports go one way only:
//! `model ← config ← engine, check ← store, git ← ops ← cli`.
//!
//! | layer | holds |
//! |---|---|
//! | [`model`] | plain values: key, version, listing, manifest, plan, finding |
//! | [`config`] | settings as values that know where they came from |
//! | [`engine`] | decisions as pure functions: the three-way table, plans, guards |
//! | [`check`] | rules over changed files: bytes in, findings out |
//! | [`store`] | the port to stores, one file a service, wrappers |
//! | [`git`] | the port to repositories, libgit2, the `git` command |
//! | [`ops`] | the journeys, one file each, named like the command |

pub mod check;
pub mod cli;
pub mod config;
pub mod engine;
pub mod git;
pub mod model;
pub mod ops;
pub mod store;
