//! What all services that speak HTTP have in common: a client that sends everything once, whole
//! replies, and what a refusal means.

mod address;
mod call;
mod client;
mod fault;
mod lost;
mod path;
mod reply;
mod verdict;

pub(super) use address::{check_endpoint, encode, host_of};
pub(super) use call::Call;
pub(super) use client::{HttpClient, HttpSettings, request};
pub(super) use fault::Fault;
pub(super) use lost::{NoReply, install_cryptography, one_line};
pub(super) use path::object_path;
pub(super) use reply::Reply;
pub(super) use verdict::Verdict;
