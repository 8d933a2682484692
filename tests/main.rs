//! Every integration test, in one binary.

mod conformance;
mod settle;
mod structure;
mod wrappers;
