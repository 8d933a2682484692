//! Keys in URLs.

use super::encoding::encode_path;
use crate::model::Key;
use crate::store::StoreError;

/// The longest key that the services take, with the prefix.
const MAX_KEY_BYTES: usize = 1024;

/// The encoded path of a key below `prefix`, or why the service cannot hold it.
pub(in crate::store) fn object_path(prefix: &str, key: &Key) -> Result<String, StoreError> {
    let refuse = |reason: &str| StoreError::Key { key: key.clone(), reason: reason.into() };
    let text = key.as_str().ok_or_else(|| refuse("keys of this service are UTF-8"))?;
    if text.is_empty() {
        return Err(refuse("it is empty"));
    }
    if text.contains('\0') {
        return Err(refuse("services answer a NUL byte with errors of all kinds"));
    }
    let full = if prefix.is_empty() { text.to_owned() } else { format!("{prefix}/{text}") };
    if full.len() > MAX_KEY_BYTES {
        return Err(refuse("it is longer than 1024 bytes with the prefix"));
    }
    if full.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(refuse("a '.' or '..' in a URL is taken away on the way"));
    }
    Ok(encode_path(full.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
