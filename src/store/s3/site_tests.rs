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

#[test]
fn keys() {
    let path = |key: &str| object_path("pre/fix", &Key::from(key)).ok();
    for (key, expected) in [
        ("a", "pre/fix/a"),
        ("a//b", "pre/fix/a//b"),
        ("/lead", "pre/fix//lead"),
        ("dir/", "pre/fix/dir/"),
        ("a b+c%2F", "pre/fix/a%20b%2Bc%252F"),
        ("x\ny\u{1}", "pre/fix/x%0Ay%01"),
        ("...", "pre/fix/..."),
    ] {
        assert_eq!(path(key).as_deref(), Some(expected));
    }
    for key in ["", ".", "..", "a/./b", "a/..", "../a"] {
        assert_eq!(path(key), None, "{key}");
    }
    assert!(object_path("", &Key::new([0x66, 0xff])).is_err());
    assert!(path(&"x".repeat(1024 - 8)).is_some());
    assert!(path(&"x".repeat(1024 - 7)).is_none());
}

#[test]
fn a_url_parser_leaves_our_paths_alone() {
    for key in ["a//b", "//", "dir/", "a%2e%2e/b", "\\", "con:<>|?*\"", " x ", "\u{7f}\t"] {
        let path = object_path("p", &Key::from(key)).expect(key);
        let url = url::Url::parse(&format!("https://host/{path}")).expect(key);
        assert_eq!(url.path(), format!("/{path}"));
    }
}
