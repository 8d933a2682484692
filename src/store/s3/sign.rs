//! Signatures, version 4: in headers for reads, in the query for writes.
//!
//! A signature in the query carries its own end (`X-Amz-Expires`) and the service refuses the
//! request afterwards, however long it was held up on the way. A signature in headers is good
//! for a quarter of an hour, whatever the sender meant.

use crate::model::Timestamp;
use crate::store::wire::encode;
use hmac::{Hmac, KeyInit, Mac};
use object_store::aws::AwsCredential;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A request as far as a signature covers it. Names of headers are in lower case.
pub(super) struct Draft<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, percent-encoded.
    pub path: &'a str,
    /// Names and values, not encoded.
    pub query: Vec<(String, String)>,
    /// Every header that is to be signed, `host` among them.
    pub headers: BTreeMap<String, String>,
}

/// Who signs, when, and for which region.
pub(super) struct Signer<'a> {
    /// The keys.
    pub credential: &'a AwsCredential,
    /// The region.
    pub region: &'a str,
    /// The time of the signature.
    pub time: Timestamp,
}

impl Signer<'_> {
    /// The whole query of a request that is good for `seconds` from now.
    pub(super) fn presign(&self, draft: &mut Draft<'_>, seconds: i64) -> String {
        let mut add = |name: &str, value: String| draft.query.push((name.into(), value));
        add("X-Amz-Algorithm", ALGORITHM.into());
        add("X-Amz-Credential", format!("{}/{}", self.credential.key_id, self.scope()));
        add("X-Amz-Date", self.stamp());
        add("X-Amz-Expires", seconds.to_string());
        if let Some(token) = &self.credential.token {
            add("X-Amz-Security-Token", token.clone());
        }
        add("X-Amz-SignedHeaders", signed_names(&draft.headers));
        let signature = self.signature(draft, UNSIGNED);
        format!("{}&X-Amz-Signature={signature}", canonical_query(&draft.query))
    }

    /// Adds the headers that sign a request without a body.
    pub(super) fn sign_headers(&self, draft: &mut Draft<'_>) {
        let payload = hex::encode(Sha256::digest(b""));
        draft.headers.insert("x-amz-date".into(), self.stamp());
        draft.headers.insert("x-amz-content-sha256".into(), payload.clone());
        if let Some(token) = &self.credential.token {
            draft.headers.insert("x-amz-security-token".into(), token.clone());
        }
        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={}",
            self.credential.key_id,
            self.scope(),
            signed_names(&draft.headers),
            self.signature(draft, &payload),
        );
        draft.headers.insert("authorization".into(), authorization);
    }

    fn signature(&self, draft: &Draft<'_>, payload: &str) -> String {
        let request = canonical_request(draft, payload);
        let digest = hex::encode(Sha256::digest(request.as_bytes()));
        let text = format!("{ALGORITHM}\n{}\n{}\n{digest}", self.stamp(), self.scope());
        hex::encode(hmac(&self.key(), text.as_bytes()))
    }

    fn key(&self) -> Vec<u8> {
        let secret = format!("AWS4{}", self.credential.secret_key);
        let parts = [self.day(), self.region.into(), "s3".into(), "aws4_request".into()];
        parts.iter().fold(secret.into_bytes(), |key, part| hmac(&key, part.as_bytes()))
    }

    fn scope(&self) -> String {
        format!("{}/{}/s3/aws4_request", self.day(), self.region)
    }

    fn day(&self) -> String {
        self.time.format("%Y%m%d").to_string()
    }

    fn stamp(&self) -> String {
        self.time.format("%Y%m%dT%H%M%SZ").to_string()
    }
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn signed_names(headers: &BTreeMap<String, String>) -> String {
    headers.keys().map(String::as_str).collect::<Vec<_>>().join(";")
}

fn canonical_request(draft: &Draft<'_>, payload: &str) -> String {
    let headers: String = draft
        .headers
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", collapse_spaces(value)))
        .collect();
    let query = canonical_query(&draft.query);
    let names = signed_names(&draft.headers);
    format!("{}\n{}\n{query}\n{headers}\n{names}\n{payload}", draft.method, draft.path)
}

fn collapse_spaces(value: &str) -> String {
    value.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The query as it is signed, which is also how it is sent.
pub(super) fn canonical_query(query: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> = query
        .iter()
        .map(|(name, value)| (encode(name.as_bytes()), encode(value.as_bytes())))
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
