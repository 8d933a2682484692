//! Every integration test, in one binary.

mod simulation;
mod structure;
