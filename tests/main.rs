//! Every integration test, in one binary.

mod conformance;
mod git_layer;
mod settle;
mod structure;
mod wrappers;
