//! What all services that speak HTTP have in common: a client that sends everything once, whole
//! replies, and what a refusal means.

mod address;
mod call;
mod client;
mod digest;
mod encoding;
mod fault;
mod lost;
mod object;
mod pages;
mod path;
mod reply;
mod tags;
mod token;
mod verdict;
mod xml;

pub(super) use address::{check_bucket, check_endpoint, host_of};
pub(super) use call::Call;
pub(super) use client::{HttpClient, HttpSettings, request};
pub(super) use digest::{content_md5, hmac_sha256};
pub(super) use encoding::{base64, encode, encode_path, from_base64};
pub(super) use fault::Fault;
pub(super) use lost::{NoReply, install_cryptography, one_line};
pub(super) use object::whole_object;
#[cfg(test)]
pub(super) use pages::MAX_EMPTY_PAGES;
pub(super) use pages::{Order, Pages};
pub(super) use path::object_path;
pub(super) use reply::Reply;
pub(super) use tags::tag_header;
pub(super) use token::token_retries;
pub(super) use verdict::Verdict;
pub(super) use xml::parse;
