//! What people do, from outside, with the programs as they are installed.
//!
//! | module | shows |
//! |---|---|
//! | `directory` | the tour of the README on a store in a directory |
//! | `secrets` | no key, secret or credential of the store reaches a byte of git or of output |
//! | `with_git_alone` | the same with nothing but git, through the remote helper |

mod directory;
mod secrets;
mod with_git_alone;
mod world;
