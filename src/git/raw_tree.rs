//! Trees as git stores them, byte for byte.

use crate::model::ObjectId;

/// The mode of a directory.
pub(super) const DIRECTORY: u32 = 0o040_000;
/// The mode of a commit of another repository.
pub(super) const GITLINK: u32 = 0o160_000;
/// The mode of a symbolic link.
pub(super) const SYMLINK: u32 = 0o120_000;

/// One entry of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RawEntry {
    pub mode: u32,
    pub name: Vec<u8>,
    pub id: ObjectId,
}

impl RawEntry {
    pub(super) fn is_directory(&self) -> bool {
        self.mode == DIRECTORY
    }

    /// What git sorts by: a directory's name counts as if it ended in `/`.
    pub(super) fn sort_key(&self) -> impl Iterator<Item = u8> + '_ {
        let slash = self.is_directory().then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

/// What is wrong with a tree as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error("a tree that ends in the middle of an entry")]
    Truncated,
    #[error("a tree with a mode that is no octal number")]
    Mode,
    #[error("a tree whose entries are not in git's order")]
    Order,
}

/// Reads the entries as they come, whatever their names and order.
pub(super) fn parse(mut data: &[u8]) -> Result<Vec<RawEntry>, Malformed> {
    let mut entries = Vec::new();
    while !data.is_empty() {
        let space = data.iter().position(|byte| *byte == b' ').ok_or(Malformed::Truncated)?;
        let (mode, rest) = (&data[..space], &data[space + 1..]);
        let end = rest.iter().position(|byte| *byte == 0).ok_or(Malformed::Truncated)?;
        let id = rest.get(end + 1..end + 21).ok_or(Malformed::Truncated)?;
        entries.push(RawEntry {
            mode: parse_mode(mode)?,
            name: rest[..end].to_vec(),
            id: ObjectId::new(id.try_into().map_err(|_| Malformed::Truncated)?),
        });
        data = &rest[end + 21..];
    }
    Ok(entries)
}

/// Reads the entries and requires git's order, with no entry twice.
pub(super) fn parse_ordered(data: &[u8]) -> Result<Vec<RawEntry>, Malformed> {
    let entries = parse(data)?;
    let ordered = entries.is_sorted_by(|one, next| one.sort_key().lt(next.sort_key()));
    if ordered { Ok(entries) } else { Err(Malformed::Order) }
}

fn parse_mode(digits: &[u8]) -> Result<u32, Malformed> {
    let text = std::str::from_utf8(digits).map_err(|_| Malformed::Mode)?;
    if text.starts_with('+') {
        return Err(Malformed::Mode);
    }
    u32::from_str_radix(text, 8).map_err(|_| Malformed::Mode)
}

/// Writes entries in git's order.
pub(super) fn write(mut entries: Vec<RawEntry>) -> Vec<u8> {
    entries.sort_by(|one, other| one.sort_key().cmp(other.sort_key()));
    let mut data = Vec::new();
    for entry in &entries {
        data.extend(format!("{:o} ", entry.mode).bytes());
        data.extend(&entry.name);
        data.push(0);
        data.extend(entry.id.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(mode: u32, name: &str) -> RawEntry {
        RawEntry { mode, name: name.into(), id: ObjectId::of_blob(name.as_bytes()) }
    }

    #[test]
    fn directories_sort_as_if_they_ended_in_a_slash() {
        let entries = vec![entry(DIRECTORY, "a"), entry(0o100_644, "a.b"), entry(0o100_644, "a0")];
        let parsed = parse_ordered(&write(entries)).expect("a good tree");
        let names: Vec<_> =
            parsed.iter().map(|entry| String::from_utf8_lossy(&entry.name)).collect();
        assert_eq!(names, ["a.b", "a", "a0"]);
    }

    #[test]
    fn damaged_trees_are_refused() {
        let good = write(vec![entry(0o100_644, "a")]);
        for length in 1..good.len() {
            assert_eq!(parse(&good[..length]), Err(Malformed::Truncated), "cut at {length}");
        }
        assert_eq!(parse(b"+7 a\0aaaaaaaaaaaaaaaaaaaa"), Err(Malformed::Mode));
        let twice = [good.clone(), good].concat();
        assert_eq!(parse_ordered(&twice), Err(Malformed::Order));
        assert_eq!(parse(&twice).map(|entries| entries.len()), Ok(2));
    }
}
