//! Addresses, and what could lead elsewhere.

use super::*;

#[test]
fn addresses() {
    let at = |site: &Site, object: &str| format!("{}{}", site.origin, site.path(object));
    let amazon = Site::amazon("state", "eu-west-1");
    assert_eq!(at(&amazon, "a/b"), "https://state.s3.dualstack.eu-west-1.amazonaws.com/a/b");
    assert_eq!(at(&amazon, ""), "https://state.s3.dualstack.eu-west-1.amazonaws.com/");
    let dotted = Site::amazon("state.example.com", "us-east-1");
    let expected = "https://s3.dualstack.us-east-1.amazonaws.com/state.example.com/a";
    assert_eq!(at(&dotted, "a"), expected);
    let china = Site::amazon("state", "cn-north-1");
    assert_eq!(china.host(), "state.s3.dualstack.cn-north-1.amazonaws.com.cn");
    let cases = [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/state/a", "127.0.0.1:9000"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000/state/a", "127.0.0.1:9000"),
        ("https://s3.example.com:443/api/", "https://s3.example.com/api/state/a", "s3.example.com"),
        ("https://[::1]:9000", "https://[::1]:9000/state/a", "[::1]:9000"),
    ];
    for (endpoint, url, host) in cases {
        let site = Site::custom(endpoint, "state", DEFAULT_REGION).expect(endpoint);
        assert_eq!((at(&site, "a").as_str(), site.host()), (url, host));
    }
}

#[test]
fn endpoints_that_cannot_be_used() {
    for endpoint in [
        "",
        "host",
        "host:9000",
        "ftp://host",
        "https://",
        "file:///x",
        "https://u:hush@h",
        "https://h/?a",
    ] {
        let error = check_endpoint(endpoint).expect_err(endpoint);
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn names_that_could_lead_elsewhere() {
    for region in ["", "evil.com/", "a.b", "x@y"] {
        assert!(check_region(region).is_err(), "{region}");
    }
    assert!(check_region("us-gov-west-1").is_ok());
}
