//! Addresses, and keys that can and cannot be names of blobs.

use super::*;

#[test]
fn a_container_has_an_address() {
    let at = |endpoint: Option<&str>| Site::new(endpoint, "account", "state").expect("a site");
    let own = at(None);
    assert_eq!(own.url(None), "https://account.blob.core.windows.net/state");
    assert_eq!(own.url(Some("a//b c%")), "https://account.blob.core.windows.net/state/a//b%20c%25");
    assert_eq!(own.host(), "account.blob.core.windows.net");
    assert_eq!(own.resource(Some("a//b c%")), "/blob/account/state/a//b c%");
    let emulator = at(Some("http://127.0.0.1:10000/account/"));
    assert_eq!(emulator.url(Some("a")), "http://127.0.0.1:10000/account/state/a");
    assert_eq!(emulator.resource(None), "/blob/account/state");
    assert_eq!((own.is_plain(), own.is_local()), (false, false));
    assert_eq!((emulator.is_plain(), emulator.is_local()), (true, true));
    assert!(at(Some("http://[::1]:1")).is_local() && at(Some("http://localhost")).is_local());
    assert!(!at(Some("http://localhost.example.com")).is_local());
}

#[test]
fn names_that_azure_does_not_have() {
    for account in ["", "ab", "my-account", "Account", "a.b", "a23456789012345678901234567"] {
        let error = check_account(account, None).expect_err(account);
        assert!(error.to_string().contains("azureblob://account/container/prefix"), "{error}");
    }
    for container in ["", "ab", "State", "-ab", "ab-", "a--b", "$root", "a.b", "..."] {
        assert!(Site::new(None, "account", container).is_err(), "{container}");
    }
}

#[test]
fn the_older_form_of_kops_is_named() {
    assert!(check_account("account", Some("account")).is_ok());
    let error = check_account("container", Some("account")).expect_err("the older form");
    assert!(error.to_string().contains("older form"), "{error}");
}

#[test]
fn endpoints_that_cannot_be_one_are_not_shown() {
    for endpoint in [
        "hush",
        "ftp://hush",
        "https://u:hush@host",
        "https://host/?sig=hush",
        "https://host/#hush",
        "file:///hush",
    ] {
        let error = check_endpoint(endpoint).expect_err(endpoint);
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}

#[test]
fn keys_become_names_or_are_refused() {
    let name = |prefix: &str, key: &str| blob_name(prefix, &Key::from(key)).ok();
    for key in ["a", "a//b", "/lead", "dir/", "a%2Fb", ".hidden", "a b", "\u{e9}", "?#&"] {
        assert_eq!(name("pre", key), Some(format!("pre/{key}")), "{key}");
        assert_eq!(name("", key), Some(key.to_owned()), "{key}");
    }
    for key in
        ["", ".", "..", "a/../b", "./a", "x.", "x./y", "a\\b", "a\0", "a\n", "\u{7f}", "\u{81}"]
    {
        assert_eq!(name("pre", key), None, "{key:?}");
    }
    assert_eq!(name("", "a\u{fffe}"), None);
    assert!(blob_name("", &Key::new(b"\xff")).is_err());
    assert!(name("p", &"k".repeat(1022)).is_some() && name("p", &"k".repeat(1023)).is_none());
    assert!(name("", &"\u{e9}".repeat(1024)).is_some());
    assert!(name("", &"\u{1f980}".repeat(513)).is_none());
    assert!(name("", &"d/".repeat(253)).is_some() && name("", &"d/".repeat(254)).is_none());
}
