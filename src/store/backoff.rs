//! How long to wait before the next try.

use std::time::Duration;

/// Waits that double up to a limit, each a random part shorter so that many waiters spread.
///
/// The same seed gives the same waits.
#[derive(Clone, Debug)]
pub struct Backoff {
    next: Duration,
    limit: Duration,
    state: u64,
}

impl Backoff {
    /// Begins with about `first` and never waits longer than `limit`.
    pub fn new(first: Duration, limit: Duration, seed: u64) -> Self {
        Self { next: first.min(limit), limit, state: seed }
    }

    /// A seed that differs from text to text.
    pub fn seed(text: &[u8]) -> u64 {
        let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        text.iter().fold(0xcbf2_9ce4_8422_2325, fnv)
    }

    /// The next wait: between half of the whole and the whole.
    pub fn wait(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(self.limit);
        let part = u32::try_from(self.random() >> 48).unwrap_or_default();
        whole / 2 + whole / 2 * part / 0x1_0000
    }

    /// One step of `SplitMix64`.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_limit() {
        let limit = Duration::from_secs(1);
        let mut backoff = Backoff::new(Duration::from_millis(100), limit, 7);
        for whole in [100, 200, 400, 800, 1000, 1000] {
            let (wait, whole) = (backoff.wait(), Duration::from_millis(whole));
            assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
        }
    }

    #[test]
    fn different_seeds_wait_differently() {
        let wait = |text: &[u8]| {
            Backoff::new(Duration::from_secs(1), Duration::from_secs(9), Backoff::seed(text)).wait()
        };
        assert_eq!(wait(b"a"), wait(b"a"));
        assert_ne!(wait(b"a"), wait(b"b"));
    }
}
