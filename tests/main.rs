//! Every integration test, in one binary.

mod check_data;
mod conformance;
mod git_layer;
mod s3;
mod s3_faults;
mod s3_servers;
mod scripted_http;
mod settle;
mod simulation;
mod structure;
mod wrappers;
