//! What git tells hooks about a push: which refs move, from where to where.

use super::GitError;
use super::durable::io_error;
use crate::model::ObjectId;
use std::io::{BufRead, Read};

/// More than git sends for a hundred thousand refs.
const LONGEST_INPUT: u64 = 32 << 20;

/// A ref that a push moves, as git tells `pre-receive` and `post-receive`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefUpdate {
    /// The full name.
    pub name: String,
    /// What it was; `None`: it is new.
    pub old: Option<ObjectId>,
    /// What it becomes; `None`: it is deleted.
    pub new: Option<ObjectId>,
}

/// Reads lines of `old new name`.
///
/// # Errors
/// When the input cannot be read, is too long, or is not what git writes.
pub fn read_updates(input: impl BufRead) -> Result<Vec<RefUpdate>, GitError> {
    read_lines(input)?.iter().map(|line| parse_update(line)).collect()
}

/// A ref that a `git push` is about to move, as git tells `pre-push`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushedRef {
    /// What is pushed; not always a ref's name. Empty for a deletion.
    pub local_name: String,
    /// The object that is pushed; `None` for a deletion.
    pub local: Option<ObjectId>,
    /// The name at the other side.
    pub remote_name: String,
    /// What the other side has; `None`: nothing.
    pub remote: Option<ObjectId>,
}

/// Reads lines of `local-name local remote-name remote`.
///
/// # Errors
/// See [`read_updates`].
pub fn read_pushed(input: impl BufRead) -> Result<Vec<PushedRef>, GitError> {
    read_lines(input)?.iter().map(|line| parse_pushed(line)).collect()
}

fn read_lines(input: impl BufRead) -> Result<Vec<String>, GitError> {
    let mut text = String::new();
    let read = input.take(LONGEST_INPUT + 1).read_to_string(&mut text);
    read.map_err(io_error("reading what git pushes"))?;
    if text.len() as u64 > LONGEST_INPUT {
        return Err(GitError::Other("git pushes too many refs at once".into()));
    }
    Ok(text.lines().map(String::from).collect())
}

fn parse_update(line: &str) -> Result<RefUpdate, GitError> {
    let mut words = line.splitn(3, ' ');
    let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
        return Err(not_gits(line));
    };
    if !git2::Reference::is_valid_name(name) {
        return Err(not_gits(line));
    }
    Ok(RefUpdate { name: name.into(), old: parse_id(old, line)?, new: parse_id(new, line)? })
}

fn parse_pushed(line: &str) -> Result<PushedRef, GitError> {
    let mut words = line.rsplitn(4, ' ');
    let (Some(remote), Some(remote_name), Some(local), Some(local_name)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(not_gits(line));
    };
    let local = parse_id(local, line)?;
    let local_name = if local.is_some() { local_name } else { "" };
    Ok(PushedRef {
        local_name: local_name.into(),
        local,
        remote_name: remote_name.into(),
        remote: parse_id(remote, line)?,
    })
}

/// Git writes zeros for "none".
fn parse_id(text: &str, line: &str) -> Result<Option<ObjectId>, GitError> {
    let id: ObjectId = text.parse().map_err(|_| not_gits(line))?;
    Ok((*id.as_bytes() != [0; 20]).then_some(id))
}

fn not_gits(line: &str) -> GitError {
    let start: String = line.chars().take(200).collect();
    GitError::Other(format!("'{}' is not a line that git writes", start.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const NONE: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn gits_lines_are_read_and_others_are_not() -> Result<(), GitError> {
        let text = format!("{NONE} {ONE} refs/heads/a\n{ONE} {NONE} refs/heads/b\n");
        let updates = read_updates(text.as_bytes())?;
        let one = ONE.parse().ok();
        assert_eq!(updates[0], RefUpdate { name: "refs/heads/a".into(), old: None, new: one });
        assert_eq!(updates[1], RefUpdate { name: "refs/heads/b".into(), old: one, new: None });
        for bad in [
            format!("{ONE} {ONE}"),
            format!("{ONE} zz refs/heads/a"),
            format!("{ONE} {ONE} refs/heads/../x"),
            format!("{ONE} {ONE} --option"),
            format!("{ONE} {ONE} refs/heads/a b"),
            format!("{ONE}{ONE} {ONE} refs/heads/a"),
        ] {
            assert!(read_updates(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read_updates(&b"\xff\xfe"[..]).is_err());
        assert!(read_updates(std::io::BufReader::new(std::io::repeat(b'a'))).is_err());
        Ok(())
    }

    #[test]
    fn pre_push_lines_are_read() -> Result<(), GitError> {
        let text =
            format!("HEAD~1 {ONE} refs/heads/a {NONE}\n(delete) {NONE} refs/heads/b {ONE}\n");
        let pushed = read_pushed(text.as_bytes())?;
        assert_eq!((pushed[0].local_name.as_str(), pushed[0].remote), ("HEAD~1", None));
        assert_eq!((pushed[1].local_name.as_str(), pushed[1].local), ("", None));
        Ok(())
    }
}
