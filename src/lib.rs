//! git-store makes a state store a git remote.
//!
//! Folders are layers, and imports go one way only:
//! `model ← config ← engine, check ← store, git ← ops ← cli`.
//!
//! | layer | holds |
//! |---|---|
//! | [`model`] | plain values: key, version, listing, manifest, plan, finding |
//! | [`check`] | rules over changed files: bytes in, findings out |
//! | [`store`] | the port to stores, one file a service, wrappers |
//! | [`git`] | the port to repositories, libgit2, the `git` command |

pub mod check;
pub mod git;
pub mod model;
pub mod store;
