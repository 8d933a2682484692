//! git-store makes a state store a git remote.
//!
//! Folders are layers, and imports go one way only:
//! `model ← config, yaml ← engine, check, edit ← store, git ← ops ← cli`.
//!
//! | layer | holds |
//! |---|---|
//! | [`model`] | plain values: key, version, listing, manifest, plan, finding |
//! | [`config`] | settings as values that know where they came from |
//! | [`yaml`] | YAML as a tree with places, on bytes |
//! | [`engine`] | decisions as pure functions: the three-way table, plans, guards |
//! | [`check`] | rules over changed files: bytes in, findings out |
//! | [`edit`] | fields of a file set, compared and merged, on bytes |
//! | [`store`] | the port to stores, one file a service, wrappers |
//! | [`git`] | the port to repositories, libgit2, the `git` command |
//! | [`ops`] | the journeys, one file each, named like the command |
//! | [`cli`] | arguments, environment, wiring, rendering; the two programs |
//!
//! `docs/architecture.md` says in one page what always holds.
//!
//! ```
//! use git_store::check::{Subject, check};
//! use git_store::model::{Class, Key, Profile, TreePath};
//!
//! let path = "prod.example.com/instancegroup/nodes";
//! let file = b"apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nspec:\n  role: no\n";
//! let subject = Subject {
//!     path: TreePath::from(path),
//!     mode: 0o100_644,
//!     key: Some(Key::from(path)),
//!     path_error: None,
//!     is_manifest: false,
//!     is_context: false,
//!     class: Class::Desired,
//!     old: None,
//!     new: Some(file.as_slice().into()),
//! };
//! let report = check(&[subject], Profile::Kops);
//! assert!(report.findings.iter().any(|finding| finding.rule == "yaml-1.1"));
//! ```

pub mod check;
pub mod cli;
pub mod config;
pub mod edit;
pub mod engine;
pub mod git;
pub mod model;
pub mod ops;
pub mod store;
pub mod yaml;
