//! Decisions as pure functions: positions in, verdict out. Whoever calls them acts on it.
//!
//! | module | decides |
//! |---|---|
//! | [`classify`] | what the three values of a key mean: the three-way table |
//! | [`compare`] | which keys of a listing have to be looked at |
//! | [`files`] | where keys lie in a tree |
//! | [`plan`] | the ordered writes between two trees |
//! | [`guard`] | which deletions need a word |

pub mod classify;
pub mod compare;
pub mod copying;
pub mod files;
pub mod guard;
pub mod history;
pub mod plan;
