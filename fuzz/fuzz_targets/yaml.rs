//! The reader: never panics, and places lie within the file.

#![no_main]

use git_store::yaml::{each_node, parse, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    for document in &parse(content).documents {
        each_node(&document.root, &mut |node| {
            assert!(node.bytes.start <= node.bytes.end && node.bytes.end <= content.len());
        });
        let _ = read(document);
    }
});
