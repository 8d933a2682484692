//! Merges: a side that changed nothing changes nothing, and a clean merge reads the same both ways.
//!
//! The input is the base, ours and theirs, between lines of `%%%`.

#![no_main]

use git_store::edit::{Labels, Merged, Sides, differences, merge};
use git_store::yaml::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let mut parts = input.splitn(3, "%%%\n").map(str::as_bytes);
    let (Some(base), Some(ours), Some(theirs)) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    assert_eq!(merged(base, ours, base).content, ours);
    assert_eq!(merged(base, base, theirs).content, theirs);
    let (done, other) = (merged(base, ours, theirs), merged(base, theirs, ours));
    if is_clean(&done) && ours != theirs && base != ours && base != theirs {
        assert!(parse(&done.content).error.is_none());
    }
    if is_clean(&done) && is_clean(&other) {
        let found = differences(&done.content, &other.content);
        assert!(found.map_or(true, |found| found.is_empty()));
    }
});

fn merged(base: &[u8], ours: &[u8], theirs: &[u8]) -> Merged {
    merge(&Sides { base: Some(base), ours, theirs }, &Labels::default(), 7, &|_| None)
}

fn is_clean(merged: &Merged) -> bool {
    merged.conflicts.is_empty() && merged.fallback.is_none()
}
