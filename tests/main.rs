//! Every integration test, in one binary.

mod structure;
mod check_data;
