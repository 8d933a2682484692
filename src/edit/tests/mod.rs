//! Tests of edits: tables by hand, and properties of generated and of real files.

mod fields;
mod generate;
mod merge_properties;
mod merging;
mod objects;
mod properties;
mod real;
mod refused;
