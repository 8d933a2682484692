//! Every integration test, in one binary.

mod check_data;
mod conformance;
mod file_crash;
mod file_store;
mod git_layer;
mod journeys;
mod s3;
mod s3_faults;
mod s3_servers;
mod sandbox;
mod scripted_http;
mod settle;
mod simulation;
mod structure;
mod wrappers;
