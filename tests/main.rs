//! Every integration test, in one binary.

mod s3;
mod s3_faults;
mod s3_servers;
mod scripted_http;
mod structure;
