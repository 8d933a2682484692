//! Plain values: what a store holds, what git holds, what is to be done.
//!
//! Nothing here reads, writes, waits or knows the time.

pub mod failpoint;
pub mod finding;
pub mod key;
pub mod layout;
pub mod manifest;
pub mod object;
pub mod oid;
pub mod path;
pub mod plan;
pub mod pointer;
pub mod target;

pub use failpoint::Failpoint;
pub use finding::{Finding, Fix, Severity, Span};
pub use key::Key;
pub use layout::{Class, Profile};
pub use manifest::{Known, Manifest, Token};
pub use object::{
    Attributes, Capabilities, Digest, Entry, Kept, Level, Listing, Object, ObjectInfo,
    Precondition, PutId, Timestamp, Version, VersionId,
};
pub use oid::{ObjectId, RefEdit};
pub use path::{PathError, TreePath};
pub use plan::{Change, Outcome, Plan, Step, StepOutcome, Verb};
pub use target::{Identity, Scheme, StoreUrl, StoreUrlError, Target};
