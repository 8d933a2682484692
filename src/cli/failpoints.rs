//! What happens at failpoints, in builds for tests.
//!
//! | variable | meaning |
//! |---|---|
//! | `GIT_STORE_FAILPOINT` | `RefMoved:2`: the process dies when it reaches this place for the second time |
//! | `GIT_STORE_FAILPOINT_KILLS` | `group`: everything in its process group dies with it |
//! | `GIT_STORE_FAILPOINT_LOG` | a file to which the places that are reached are added, in the same form |

use super::environment::Environment;
use crate::model::failpoint::{self, Failpoint};
use rustix::process::{Signal, getpid, kill_current_process_group, kill_process};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What is to happen, and how often each place was reached.
struct Watch {
    last: Option<String>,
    kills_group: bool,
    log: Option<PathBuf>,
    counts: Mutex<BTreeMap<Failpoint, usize>>,
}

/// Does from now on at failpoints what the environment says.
pub fn watch(environment: Environment) {
    let kills = environment.variable("GIT_STORE_FAILPOINT_KILLS");
    let watch = Watch {
        last: environment.variable("GIT_STORE_FAILPOINT"),
        kills_group: kills.as_deref() == Some("group"),
        log: environment.variable("GIT_STORE_FAILPOINT_LOG").map(PathBuf::from),
        counts: Mutex::default(),
    };
    failpoint::watch(Box::new(move |point| watch.reached(point)));
}

impl Watch {
    fn reached(&self, point: Failpoint) {
        // Held to the end: what is reached after the last place is not added to the log.
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(point).or_default();
        *count += 1;
        let place = format!("{point:?}:{count}");
        let logged = self.log.as_deref().map_or(Ok(()), |log| add(log, &place));
        let killed = if self.last.as_ref() == Some(&place) { self.kill() } else { Ok(()) };
        if let Err(error) = logged.and(killed) {
            tracing::error!(place, %error, "nothing happens here");
        }
    }

    fn kill(&self) -> io::Result<()> {
        if self.kills_group {
            return Ok(kill_current_process_group(Signal::KILL)?);
        }
        Ok(kill_process(getpid(), Signal::KILL)?)
    }
}

fn add(log: &Path, place: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(log)?;
    file.write_all(format!("{place}\n").as_bytes())
}
