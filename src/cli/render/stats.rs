//! What a command cost: requests, bytes and time.

use super::JSON_VERSION;
use super::text::bytes;
use crate::store::count::Counts;
use serde_json::{Value, json};
use std::time::Duration;

/// What a command cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// What was asked and moved.
    pub counts: Counts,
    /// From the first to the last moment.
    pub elapsed: Duration,
}

impl Stats {
    fn kinds(&self) -> [(&'static str, u64); 6] {
        [
            ("list", self.counts.list),
            ("get", self.counts.get),
            ("head", self.counts.head),
            ("put", self.counts.put),
            ("delete", self.counts.delete),
            ("other", self.counts.other),
        ]
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
        stats.counts.requests(),
        bytes(stats.counts.bytes_in),
        bytes(stats.counts.bytes_out),
        stats.elapsed.as_secs_f64(),
    )
}

/// The same for machines.
pub fn json(stats: &Stats) -> Value {
    let requests: serde_json::Map<String, Value> =
        stats.kinds().into_iter().map(|(kind, number)| (kind.to_owned(), number.into())).collect();
    json!({
        "version": JSON_VERSION,
        "stats": {
            "requests": requests,
            "bytes_in": stats.counts.bytes_in,
            "bytes_out": stats.counts.bytes_out,
            "seconds": stats.elapsed.as_secs_f64(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_for_people_and_machines() {
        let counts =
            Counts { list: 1, get: 12, put: 2, bytes_in: 1536, bytes_out: 20, ..Counts::default() };
        let stats = Stats { counts, elapsed: Duration::from_millis(1250) };
        insta::assert_snapshot!(text(&stats), @"Requests: 15 (1 list, 12 get, 2 put); received 1.5 KiB, sent 20 B; 1.25 s");
        insta::assert_snapshot!(text(&Stats::default()), @"Requests: 0; received 0 B, sent 0 B; 0.00 s");
        insta::assert_snapshot!(json(&stats), @r#"{"version":1,"stats":{"requests":{"list":1,"get":12,"head":0,"put":2,"delete":0,"other":0},"bytes_in":1536,"bytes_out":20,"seconds":1.25}}"#);
    }
}
