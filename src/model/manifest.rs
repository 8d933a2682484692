//! The manifest: what ties the content of a tracking commit to the store's versions.
//!
//! It is a git tree of one table a directory, at `<directory>/%table`, so that one changed
//! object rewrites one small table. It can be lost at any time and is rebuilt by reading the
//! store. An entry counts only while its `blob` is what the tracking commit has for the key,
//! so a manifest that is ahead of or behind its tracking ref can never hide a change.

use super::key::Key;
use super::object::{Attributes, Version};
use super::oid::ObjectId;
use super::path::{self, TreePath};
use std::collections::BTreeMap;

const HEADER: &str = "git-store manifest 1";

/// What was known of an object when git last recorded it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// The version, or its keyed fingerprint where the content is not in git.
    pub version: Token,
    /// What the tracking commit holds for the key.
    pub blob: ObjectId,
    /// What an update must keep; `None` while nobody has read it.
    pub attributes: Option<Attributes>,
    /// Whether this version was written by a push.
    pub pushed: bool,
}

/// How a manifest remembers a version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// As the store said it.
    Plain(Version),
    /// A keyed fingerprint of it: an e-tag can be the MD5 of a secret.
    Keyed(String),
}

/// Every object that a tracking commit holds.
pub type Manifest = BTreeMap<Key, Known>;

/// A manifest table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of a manifest table is damaged")]
pub struct DamagedTable {
    line: usize,
}

/// Where the table that holds `key` lies in the manifest's tree.
pub fn table_path(key: &Key) -> TreePath {
    let encoded = path::encode(key, false);
    let bytes = encoded.as_bytes();
    match bytes.iter().rposition(|byte| *byte == b'/') {
        Some(end) => TreePath::new([&bytes[..end], b"/%table"].concat()),
        None => TreePath::from("%table"),
    }
}

/// Writes one table. Lines are `path TAB version TAB blob TAB p|- TAB attributes`.
pub fn write_table<'a>(entries: impl IntoIterator<Item = (&'a Key, &'a Known)>) -> String {
    let mut table = format!("{HEADER}\n");
    for (key, known) in entries {
        let attributes = match &known.attributes {
            None => "?".to_owned(),
            Some(attributes) if *attributes == Attributes::default() => "-".to_owned(),
            Some(attributes) => serde_json::json!(attributes).to_string(),
        };
        let version = match &known.version {
            Token::Plain(version) => format!("={}", version.as_str().escape_default()),
            Token::Keyed(fingerprint) => format!("~{fingerprint}"),
        };
        let pushed = if known.pushed { "p" } else { "-" };
        let path = path::encode(key, false);
        table += &format!("{path}\t{version}\t{}\t{pushed}\t{attributes}\n", known.blob);
    }
    table
}

/// Reads one table into a manifest.
///
/// # Errors
/// [`DamagedTable`] names the first line that is not as [`write_table`] writes it.
pub fn read_table(manifest: &mut Manifest, table: &str) -> Result<(), DamagedTable> {
    for (index, line) in table.lines().enumerate() {
        let damaged = DamagedTable { line: index + 1 };
        if index == 0 {
            (line == HEADER).then_some(()).ok_or(damaged)?;
        } else {
            let (key, known) = read_line(line).ok_or(damaged)?;
            manifest.insert(key, known);
        }
    }
    Ok(())
}

fn read_line(line: &str) -> Option<(Key, Known)> {
    let mut fields = line.splitn(5, '\t');
    let key = path::decode(&TreePath::from(fields.next()?)).ok()?;
    let token = fields.next()?;
    let version = match token.split_at_checked(1)? {
        ("=", plain) => Token::Plain(Version::new(&unescape(plain)?)),
        ("~", fingerprint) => Token::Keyed(fingerprint.to_owned()),
        _ => return None,
    };
    let blob = fields.next()?.parse().ok()?;
    let pushed = match fields.next()? {
        "p" => true,
        "-" => false,
        _ => return None,
    };
    let attributes = match fields.next()? {
        "?" => None,
        "-" => Some(Attributes::default()),
        json => Some(serde_json::from_str(json).ok()?),
    };
    Some((key, Known { version, blob, attributes, pushed }))
}

/// Undoes `str::escape_default` for the escapes that a version can need.
fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match rest.next()? {
            't' => plain.push('\t'),
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            'u' => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                plain.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
            }
            literal => plain.push(literal),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: Token, attributes: Option<Attributes>) -> Known {
        Known { version, blob: ObjectId::of_blob(b"x"), attributes, pushed: true }
    }

    #[test]
    fn tables_come_back() {
        let metadata = BTreeMap::from([("a".to_owned(), "b\tc\n".to_owned())]);
        let rich = Attributes { metadata, tag_count: 2, ..Attributes::default() };
        let manifest = Manifest::from([
            (Key::from("c/config"), known(Token::Plain(Version::new("W/\"a\t\\é\"")), None)),
            (Key::from("c/%odd\n"), known(Token::Keyed("00ff".into()), Some(rich))),
            (
                Key::from("c/dir/"),
                known(Token::Plain(Version::new("1")), Some(Attributes::default())),
            ),
        ]);
        let mut read = Manifest::new();
        assert_eq!(read_table(&mut read, &write_table(&manifest)), Ok(()));
        assert_eq!(read, manifest);
    }

    #[test]
    fn damage_is_found_not_guessed() {
        let good = write_table([(&Key::from("a"), &known(Token::Keyed("0".into()), None))]);
        for (from, to, line) in
            [("manifest 1", "manifest 2", 1), ("\tp\t", "\tq\t", 2), ("~", "", 2)]
        {
            let bad = good.replacen(from, to, 1);
            assert_eq!(read_table(&mut Manifest::new(), &bad), Err(DamagedTable { line }), "{bad}");
        }
    }

    #[test]
    fn one_table_a_directory() {
        for (key, table) in [("config", "%table"), ("a/b/c", "a/b/%table"), ("a/", "a/%table")] {
            assert_eq!(table_path(&Key::from(key)).to_string(), table);
        }
    }
}
