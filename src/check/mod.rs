//! Checks: bytes in, findings out.
//!
//! One rule, one file below [`rules`](mod@rules); a rule is an identity and a function from typed
//! input to problems, which the engine turns into findings. Nothing here reads, writes or knows a
//! store, git or a terminal.
//!
//! | part | does |
//! |---|---|
//! | [`subject`] | what is checked: a changed file, an entry of a tree |
//! | [`object`] | kops' objects, for rules about configuration |
//! | [`schema`] | the fields that kops knows, with types |
//! | [`rules`](mod@rules) | the rules, and their explanations |
//! | [`policy`] | what people demand of their own clusters |
//! | [`engine`] | runs rules over subjects, honours suppressions, strikes out secrets |
//! | [`secrets`] | finds secrets in plain text |
//! | [`output`] | findings as text, JSON, SARIF and GitHub annotations |

pub mod engine;
pub mod object;
pub mod output;
pub mod policy;
pub mod rules;
pub mod schema;
pub mod secrets;
pub mod subject;

mod arn;
mod changes;
mod cidr;
mod duration;
mod file;
mod lines;
mod nearest;
mod place;
mod problem;
mod suppress;
mod url;
mod word;

pub use engine::{Options, Report, check, check_tree};
pub use policy::Policy;
pub use rules::{Rule, explain, rule, rules};
pub use subject::{Change, EntryKind, Subject, TreeEntry};
pub use word::{Word, WordError};
