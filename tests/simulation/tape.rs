//! Chance, as a tape that can be recorded, cut and played again.
//!
//! Every decision that a run leaves to chance is one draw. A draw of 0 is always the quietest
//! answer (no fault, the same actor goes on), so a tape becomes simpler as values become 0,
//! and behind its end nothing happens at random any more.

/// Where draws come from.
enum Source {
    /// SplitMix64.
    Seed(u64),
    /// A recorded tape.
    Values { values: Vec<u32>, next: usize },
}

/// The source of every decision in a run.
pub struct Tape {
    source: Source,
    recording: bool,
    /// Label, bound and answer of every draw.
    draws: Vec<(&'static str, u32, u32)>,
}

impl Tape {
    /// A tape made from a seed, not recorded: the fast way.
    pub fn seeded(seed: u64) -> Self {
        Self { source: Source::Seed(seed), recording: false, draws: Vec::new() }
    }

    /// The same tape, recorded.
    pub fn recording(seed: u64) -> Self {
        Self { recording: true, ..Self::seeded(seed) }
    }

    /// Plays recorded values; what no longer fits its bound is wrapped around.
    pub fn replay(values: Vec<u32>) -> Self {
        Self { source: Source::Values { values, next: 0 }, recording: true, draws: Vec::new() }
    }

    /// An answer below `bound`; 0 is the quietest.
    pub fn draw(&mut self, label: &'static str, bound: u32) -> u32 {
        let value = match &mut self.source {
            _ if bound <= 1 => return 0,
            Source::Seed(state) => below(splitmix(state), bound),
            Source::Values { values, next } => {
                *next += 1;
                values.get(*next - 1).copied().unwrap_or(0) % bound
            }
        };
        if self.recording {
            self.draws.push((label, bound, value));
        }
        value
    }

    /// An index below `bound`, which is small.
    pub fn index(&mut self, label: &'static str, bound: usize) -> usize {
        self.draw(label, u32::try_from(bound).expect("small bounds only")) as usize
    }

    /// Whether something happens that happens `per_mille` times in a thousand.
    pub fn chance(&mut self, label: &'static str, per_mille: u32) -> bool {
        per_mille > 0 && self.draw(label, 1000) >= 1000 - per_mille.min(999)
    }

    /// Whether a recorded tape has come to its end.
    pub fn is_over(&self) -> bool {
        matches!(&self.source, Source::Values { values, next } if *next >= values.len())
    }

    /// The recorded values.
    pub fn values(&self) -> Vec<u32> {
        self.draws.iter().map(|(_, _, value)| *value).collect()
    }

    /// The recorded draws, a line each.
    pub fn story(&self) -> String {
        let line = |(label, bound, value): &(_, _, _)| format!("{value} of {bound}: {label}\n");
        self.draws.iter().map(line).collect()
    }
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn below(random: u64, bound: u32) -> u32 {
    u32::try_from(random % u64::from(bound)).expect("less than a u32")
}

/// Writes values as one line: runs of zeros are `*count`.
pub fn write(values: &[u32]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = values;
    while let Some(first) = rest.first() {
        let zeros = rest.iter().take_while(|value| **value == 0).count();
        words.push(if zeros > 1 { format!("*{zeros}") } else { first.to_string() });
        rest = &rest[zeros.max(1)..];
    }
    words.join(" ")
}

/// Reads what [`write`] wrote.
pub fn read(line: &str) -> Vec<u32> {
    let mut values = Vec::new();
    for word in line.split_whitespace() {
        match word.strip_prefix('*') {
            Some(count) => {
                values.resize(values.len() + count.parse::<usize>().expect("a count"), 0)
            }
            None => values.push(word.parse().expect("a value of a tape")),
        }
    }
    values
}

#[test]
fn a_recorded_tape_plays_the_same() {
    let mut first = Tape::recording(7);
    let drawn: Vec<u32> = (2..200).map(|bound| first.draw("any", bound)).collect();
    let mut again = Tape::replay(read(&write(&first.values())));
    let replayed: Vec<u32> = (2..200).map(|bound| again.draw("any", bound)).collect();
    assert_eq!(drawn, replayed);
    assert!(again.is_over());
    assert_eq!(again.draw("behind the end", 10), 0);
}

#[test]
fn tapes_are_written_short() {
    let values = [0, 0, 0, 5, 0, 7];
    assert_eq!(write(&values), "*3 5 0 7");
    assert_eq!(read("*3 5 0 7"), values);
}
