//! Edits: what is set reads as set, what is removed is gone, and an edit done twice is done once.
//!
//! The input is a path, a value and a file, each but the last on a line of its own.

#![no_main]

use git_store::edit::{EditError, FieldPath, differences, set, unset};
use git_store::yaml::{parse, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(3, |byte| *byte == b'\n');
    let (Some(path), Some(value), Some(content)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let (Some(path), Some(value)) = (text(path), text(value)) else { return };
    let Ok(path) = path.parse::<FieldPath>() else { return };
    assert_eq!(path.to_string().parse().as_ref(), Ok(&path));
    setting(content, &path, value);
    removing(content, &path);
});

fn is_sound(content: &[u8]) -> bool {
    let yaml = parse(content);
    yaml.error.is_none() && yaml.documents.iter().all(|document| read(document).is_some())
}

fn setting(content: &[u8], path: &FieldPath, value: &str) {
    let Ok(edited) = set(content, path, value) else { return };
    assert!(is_sound(&edited));
    // An item that is found by its name has another one then.
    if !path.to_string().contains("[+]") && !path.to_string().ends_with(']') {
        assert_eq!(set(&edited, path, value).as_ref(), Ok(&edited));
    }
}

fn removing(content: &[u8], path: &FieldPath) {
    let Ok(edited) = unset(content, path) else { return };
    assert!(is_sound(&edited));
    if !path.to_string().ends_with(']') {
        assert!(matches!(unset(&edited, path), Err(EditError::Missing(_))));
    }
    assert!(differences(&edited, &edited).is_ok_and(|found| found.is_empty()));
}
