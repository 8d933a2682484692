//! Every integration test, in one binary.

#![allow(
    clippy::disallowed_methods,
    reason = "tests are told by the environment where servers are, and run on the real clock"
)]

mod azure;
mod azure_faults;
mod azure_servers;
mod careful;
mod check_data;
mod conformance;
mod docs;
mod file_crash;
mod file_store;
mod gcs;
mod git_layer;
mod journeys;
mod s3;
mod s3_faults;
mod s3_servers;
mod sandbox;
mod scripted_http;
mod settle;
mod simulation;
mod skipped;
mod store_errors;
mod structure;
mod swift;
mod swift_faults;
mod swift_servers;
mod wrappers;
