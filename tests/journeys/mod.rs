//! What people do, from outside, with the programs as they are installed.
//!
//! | module | shows |
//! |---|---|
//! | `directory` | the tour of the README on a store in a directory |
//! | `secrets` | no key, secret or credential of the store reaches a byte of git or of output |
//! | `with_git_alone` | the same with nothing but git, through the remote helper |
//! | `two_people` | whoever is late is refused, and nothing is lost |
//! | `merging` | fields merge, through every way in which git merges |
//! | `editing` | fields are changed from the command line, as commits |
//! | `words` | a dangerous change needs a word, wherever it comes in |
//! | `guards` | deletions that are many or precious need a word |
//! | `hooks` | what kops would misread is not committed |
//! | `policy` | what a repository demands itself is obeyed, and cannot be weakened and broken in one go |
//! | `pre_commit` | the same in the framework of that name |
//! | `server` | a repository that people push to checks, and applies to the store |
//! | `transports` | the same over SSH and over HTTP, with what hooks say |
//! | `bad_input` | one line, a hint, a documented code, and nothing changed |
//! | `killed` | a process that dies at any system call leaves a state from which the next goes on |
//! | `failpoints` | the same at every named place between two lasting effects |
//! | `s3` | a real S3 server, and how many requests each journey takes |
//! | `services` | the same journey on every service |
//! | `s3_races` | writes between looking and writing, and pushes that die midway |
//! | `copy` | all objects of one store to another, for every pair |
//! | `history` | the versions that a bucket keeps, as commits |
//! | `levels` | servers that ignore preconditions, with and without versions |
//! | `kops_stores` | stores as kops wrote them, if there are any on this machine |
//! | `odds` | help, completions, colours, pipes, JSON |

mod bad_input;
mod bucket;
mod copy;
mod directory;
mod editing;
mod failpoints;
mod guards;
mod history;
mod hooks;
mod killed;
mod kops_stores;
mod levels;
mod merging;
mod odds;
mod places;
#[cfg(feature = "policy")]
mod policy;
mod pre_commit;
mod recovery;
mod s3;
mod s3_races;
mod secrets;
mod server;
mod services;
mod transports;
mod two_people;
mod with_git_alone;
mod words;
mod world;
