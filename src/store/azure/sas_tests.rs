//! Signatures.

use super::*;

fn signed(method: Method, blob: &str, deadline: Option<&str>) -> String {
    let site = Site::new(None, "account", "state").expect("a site");
    let blob = blob.to_owned();
    let call = match deadline {
        None => Call::read(method, Some(blob)),
        Some(deadline) => Call::write(method, blob, time(deadline)),
    };
    sign(b"key", &site, &call, time("2026-01-01T00:00:00Z"))
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[test]
fn a_write_is_allowed_for_one_blob_until_its_deadline() {
    let put = signed(Method::PUT, "a b", Some("2026-01-01T00:00:30.9Z"));
    let expected = "sv=2023-11-03&sr=b&st=2025-12-31T23%3A45%3A00Z&se=2026-01-01T00%3A00%3A30Z\
                    &sp=wt&sig=";
    let signature = put.strip_prefix(expected).expect(&put);
    assert_eq!(signature, "0zG0B4Nt6kZvtixwk3aMynzNAFIk%2FQUY%2BMkwKCLK%2FYw%3D");
    let other = signed(Method::PUT, "a c", Some("2026-01-01T00:00:30.9Z"));
    assert!(other.starts_with(expected) && other != put);
    assert!(signed(Method::DELETE, "a", Some("2026-01-01T00:00:30Z")).contains("&sp=d&"));
}

#[test]
fn a_read_is_allowed_for_the_container() {
    let get = signed(Method::GET, "a", None);
    assert!(get.contains("&sr=c&") && get.contains("&sp=rlt&"), "{get}");
    assert!(get.contains("&se=2026-01-01T01%3A00%3A00Z&"), "{get}");
    assert_eq!(get, signed(Method::HEAD, "b", None));
}
