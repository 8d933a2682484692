//! Every integration test, in one binary.

mod git_layer;
mod structure;
