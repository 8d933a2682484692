//! Signatures against the examples in the documentation.

use super::*;
use chrono::TimeZone as _;

/// The keys, time and bucket of the examples in the service's documentation.
fn example<'a>(credential: &'a AwsCredential) -> (Signer<'a>, Draft<'a>) {
    let time = chrono::Utc.with_ymd_and_hms(2013, 5, 24, 0, 0, 0).single().expect("a time");
    let host = ("host".to_owned(), "examplebucket.s3.amazonaws.com".to_owned());
    let headers = BTreeMap::from([host]);
    let draft = Draft { method: "GET", path: "/test.txt", query: Vec::new(), headers };
    (Signer { credential, region: "us-east-1", time }, draft)
}

fn example_keys() -> AwsCredential {
    AwsCredential {
        key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        token: None,
    }
}

#[test]
fn the_documented_query_signature() {
    let keys = example_keys();
    let (signer, mut draft) = example(&keys);
    let query = signer.presign(&mut draft, 86400);
    let expected = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    assert!(query.ends_with(&format!("&X-Amz-Signature={expected}")), "{query}");
}

#[test]
fn the_documented_header_signature() {
    let keys = example_keys();
    let (signer, mut draft) = example(&keys);
    draft.headers.insert("range".into(), "bytes=0-9".into());
    signer.sign_headers(&mut draft);
    let expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    assert!(draft.headers["authorization"].ends_with(expected));
}

#[test]
fn a_session_token_is_signed_and_sent() {
    let keys = AwsCredential { token: Some("to/ken".into()), ..example_keys() };
    let (signer, mut draft) = example(&keys);
    assert!(signer.presign(&mut draft, 1).contains("X-Amz-Security-Token=to%2Fken"));
    let (signer, mut draft) = example(&keys);
    signer.sign_headers(&mut draft);
    assert!(draft.headers["authorization"].contains(";x-amz-security-token,"));
}
