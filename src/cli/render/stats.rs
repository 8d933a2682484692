//! What a command cost: requests, bytes and time.

use super::JSON_VERSION;
use super::text::bytes;
use crate::store::count::Counts;
use serde_json::{Value, json};
use std::time::Duration;

/// What a command cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Pages of listings.
    pub list: u64,
    /// Objects read.
    pub get: u64,
    /// Objects looked at without their content.
    pub head: u64,
    /// Objects written.
    pub put: u64,
    /// Objects deleted.
    pub delete: u64,
    /// Requests of any other kind.
    pub other: u64,
    /// Bytes of content received.
    pub bytes_in: u64,
    /// Bytes of content sent.
    pub bytes_out: u64,
    /// From the first to the last moment.
    pub elapsed: Duration,
}

impl Stats {
    /// What was counted, and how long it took.
    pub fn new(counts: &Counts, elapsed: Duration) -> Self {
        let Counts { list, get, head, put, delete, other, bytes_in, bytes_out } = *counts;
        Self { list, get, head, put, delete, other, bytes_in, bytes_out, elapsed }
    }

    fn kinds(&self) -> [(&'static str, u64); 6] {
        [
            ("list", self.list),
            ("get", self.get),
            ("head", self.head),
            ("put", self.put),
            ("delete", self.delete),
            ("other", self.other),
        ]
    }

    /// All requests.
    pub fn requests(&self) -> u64 {
        self.kinds().iter().map(|(_, number)| number).sum()
    }
}

/// One line for people.
pub fn text(stats: &Stats) -> String {
    let kinds: Vec<String> = stats
        .kinds()
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| format!("{number} {kind}"))
        .collect();
    let kinds = match kinds.is_empty() {
        true => String::new(),
        false => format!(" ({})", kinds.join(", ")),
    };
    format!(
        "Requests: {}{kinds}; received {}, sent {}; {:.2} s\n",
        stats.requests(),
        bytes(stats.bytes_in),
        bytes(stats.bytes_out),
        stats.elapsed.as_secs_f64(),
    )
}

/// The same for machines.
pub fn json(stats: &Stats) -> Value {
    let requests: serde_json::Map<String, Value> = stats
        .kinds()
        .into_iter()
        .map(|(kind, number)| (kind.to_owned(), number.into()))
        .collect();
    json!({
        "version": JSON_VERSION,
        "stats": {
            "requests": requests,
            "bytes_in": stats.bytes_in,
            "bytes_out": stats.bytes_out,
            "seconds": stats.elapsed.as_secs_f64(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_for_people_and_machines() {
        let stats = Stats {
            list: 1,
            get: 12,
            put: 2,
            bytes_in: 1536,
            bytes_out: 20,
            elapsed: Duration::from_millis(1250),
            ..Stats::default()
        };
        insta::assert_snapshot!(text(&stats), @"Requests: 15 (1 list, 12 get, 2 put); received 1.5 KiB, sent 20 B; 1.25 s");
        insta::assert_snapshot!(text(&Stats::default()), @"Requests: 0; received 0 B, sent 0 B; 0.00 s");
        insta::assert_snapshot!(json(&stats), @r#"{"version":1,"stats":{"requests":{"list":1,"get":12,"head":0,"put":2,"delete":0,"other":0},"bytes_in":1536,"bytes_out":20,"seconds":1.25}}"#);
    }
}
