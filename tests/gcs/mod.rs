//! Google Cloud Storage, beside what every store must do.

mod emulator;
mod faults;
mod probe;
mod scripted;
pub mod server;
mod tokens;
mod writes;
