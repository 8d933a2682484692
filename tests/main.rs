//! Every integration test, in one binary.

mod conformance;
mod file_crash;
mod file_store;
mod settle;
mod structure;
mod wrappers;
