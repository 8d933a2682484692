//! Keys as git paths, and back.
//!
//! Git and file systems cannot hold every key: `.git/config` would be a trap, `a` and
//! `a/b` cannot both exist in a tree, `dir/` is no file name. Such components are written
//! with `%` as the escape, so that [`decode`] returns exactly the key that
//! [`encode`] was given. A literal `%` is always `%25`, so no marker can collide with a key.
//!
//! | key | path |
//! |---|---|
//! | `a` beside `a/b` | `a/%self` |
//! | `dir/` (a folder marker) | `dir/%dir` |
//! | `a//b` | `a/%empty/b` |
//! | `.git/config`, `..`, `CON`, `x ` | `%2Egit/config`, `%2E%2E`, `%43ON`, `x%20` |
//! | a component of more than 200 bytes | pieces that end in `%+` |
//! | `.hidden` at the top | `%2Ehidden`: dot names at the top belong to the repository |

use super::key::{Key, write_escaped};
use std::fmt;
use std::sync::Arc;

/// The longest component that is written in one piece, in bytes of its encoded form.
const LONGEST_COMPONENT: usize = 200;

/// A path in a git tree: components joined by `/`, as raw bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(Arc<[u8]>);

impl TreePath {
    /// Makes a path from a tree's own bytes, without a leading or trailing `/`.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().into())
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text, if it is valid UTF-8. Encoded keys always are.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The components from the top down.
    pub fn components(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|byte| *byte == b'/')
    }

    /// The path with `directory` in front; an empty directory changes nothing.
    pub fn below(&self, directory: impl AsRef<[u8]>) -> TreePath {
        let directory = directory.as_ref();
        if directory.is_empty() {
            return self.clone();
        }
        TreePath::new([directory, b"/", &self.0].concat())
    }

    /// Whether the path lies in a directory or below it.
    pub fn is_below(&self, directory: &TreePath) -> bool {
        let rest = self.0.strip_prefix(directory.as_bytes());
        rest.is_some_and(|rest| directory.as_bytes().is_empty() || rest.starts_with(b"/"))
    }

    /// The directory that the path lies in; `None` at the top.
    pub fn parent(&self) -> Option<TreePath> {
        let end = self.0.iter().rposition(|byte| *byte == b'/')?;
        Some(TreePath::new(&self.0[..end]))
    }
}

impl From<&str> for TreePath {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.0)
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TreePath({self})")
    }
}

impl serde::Serialize for TreePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a path names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A `%` that starts no known escape.
    #[error("'{0}' has a '%' that is no escape; write a literal '%' as %25")]
    BadEscape(TreePath),
    /// The path decodes, but its key is written in another way.
    #[error("'{path}' is not how the key '{key}' is written; rename it to '{expected}'")]
    NotCanonical {
        /// The path as found.
        path: TreePath,
        /// The key that it decodes to.
        key: Key,
        /// How that key is written.
        expected: TreePath,
    },
}

/// Writes a key as a path. `has_children` says that another key lies below `key/`.
///
/// ```
/// use git_store::model::{Key, path};
///
/// let key = Key::from("prod.example.com//.git");
/// let written = path::encode(&key, false);
/// assert_eq!(written.to_string(), "prod.example.com/%empty/%2Egit");
/// assert_eq!(path::decode(&written), Ok(key));
/// ```
pub fn encode(key: &Key, has_children: bool) -> TreePath {
    let bytes = key.as_bytes();
    if !has_children && is_plain(bytes) {
        return TreePath::new(bytes);
    }
    let (body, is_marker) = match bytes.strip_suffix(b"/") {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let mut components: Vec<String> = Vec::new();
    for (index, component) in body.split(|byte| *byte == b'/').enumerate() {
        push_component(&mut components, component, index == 0);
    }
    if is_marker {
        components.push("%dir".into());
    } else if has_children {
        components.push("%self".into());
    }
    TreePath::new(components.join("/"))
}

/// Reads the key that a path stands for.
///
/// # Errors
/// [`PathError`] when the path has a bad escape or is not the one way to write its key.
pub fn decode(path: &TreePath) -> Result<Key, PathError> {
    if is_plain(path.as_bytes()) {
        return Ok(Key::new(path.as_bytes()));
    }
    let (key, is_self) = decode_loosely(path).ok_or_else(|| PathError::BadEscape(path.clone()))?;
    let expected = encode(&key, is_self);
    if expected == *path {
        Ok(key)
    } else {
        Err(PathError::NotCanonical { path: path.clone(), key, expected })
    }
}

/// Whether key and path are the same bytes, as nearly all are; `false` may also mean: look closer.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'/').all(|component| {
        !component.is_empty()
            && component.len() <= LONGEST_COMPONENT
            && component.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'\\'))
            && !component.starts_with(b".")
            && !component.ends_with(b".")
            && !is_reserved_name(component)
    })
}

fn push_component(components: &mut Vec<String>, component: &[u8], is_first: bool) {
    if component.is_empty() {
        components.push("%empty".into());
        return;
    }
    let escapes = escape_component(component, is_first);
    let mut piece = String::new();
    for escaped in escapes {
        if piece.len() + escaped.len() > LONGEST_COMPONENT {
            piece.push_str("%+");
            components.push(std::mem::take(&mut piece));
        }
        piece.push_str(&escaped);
    }
    components.push(piece);
}

/// The characters of a component, each in its written form.
fn escape_component(component: &[u8], is_first: bool) -> Vec<String> {
    let mut escapes = Vec::with_capacity(component.len());
    for chunk in component.utf8_chunks() {
        escapes.extend(chunk.valid().chars().map(escape_character));
        escapes.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    let first_is_risky = is_reserved_name(component) || (is_first && component.starts_with(b"."));
    if first_is_risky && escapes[0].len() == 1 {
        escapes[0] = format!("%{:02X}", component[0]);
    }
    if let Some(last @ (b'.' | b' ')) = component.last()
        && let Some(escape) = escapes.last_mut()
    {
        *escape = format!("%{last:02X}");
    }
    escapes
}

/// Characters that HFS+ leaves out when it compares names.
pub fn is_invisible_to_hfs(character: char) -> bool {
    matches!(character,
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

fn escape_character(character: char) -> String {
    let is_risky = character.is_control() || matches!(character, '%' | '\\');
    if is_risky || is_invisible_to_hfs(character) {
        let mut buffer = [0; 4];
        let bytes = character.encode_utf8(&mut buffer).bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect()
    } else {
        character.to_string()
    }
}

/// Whether some system takes a name for `.`, `..` or `.git`, in any spelling.
pub fn is_git_directory(component: &[u8]) -> bool {
    let text = String::from_utf8_lossy(component);
    let visible: String = text.chars().filter(|c| !is_invisible_to_hfs(*c)).collect();
    let lower = visible.to_ascii_lowercase();
    let stem = lower.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    matches!(visible.as_str(), "." | "..") || matches!(stem, ".git" | "git~1")
}

/// Names that git or a file system could take for something else.
pub fn is_reserved_name(component: &[u8]) -> bool {
    // All of them begin with one of these: most names need no closer look.
    if !matches!(
        component.first().map(u8::to_ascii_lowercase),
        Some(b'.' | b'a' | b'c' | b'g' | b'l' | b'n' | b'p')
    ) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(component) else { return false };
    let lower = text.to_ascii_lowercase();
    // NTFS ends a name at ':' (streams) and drops trailing dots and spaces.
    let stem = lower.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    let is_dots = !text.is_empty() && text.bytes().all(|byte| byte == b'.');
    is_dots || stem.starts_with(".git") || is_short_git_name(stem) || is_device_name(stem)
}

/// `git~1`, and the short names that NTFS gives `.gitmodules` and its like (`gi7eba~1`).
fn is_short_git_name(stem: &str) -> bool {
    stem.starts_with("gi") && stem.contains('~')
}

fn is_device_name(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().trim_end();
    let numbered = |prefix: &str| {
        base.strip_prefix(prefix).is_some_and(|rest| {
            matches!(rest, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(base, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || numbered("com")
        || numbered("lpt")
}

/// Decodes without asking whether the path is the canonical one.
fn decode_loosely(path: &TreePath) -> Option<(Key, bool)> {
    let mut components: Vec<&[u8]> = path.components().collect();
    let is_self = components.len() > 1 && components.last() == Some(&&b"%self"[..]);
    let is_marker = components.len() > 1 && components.last() == Some(&&b"%dir"[..]);
    if is_self || is_marker {
        components.pop();
    }
    let mut key = Vec::with_capacity(path.as_bytes().len());
    let mut continues = true;
    for component in components {
        if !continues {
            key.push(b'/');
        }
        let (body, more) = match component.strip_suffix(b"%+") {
            Some(body) => (body, true),
            None => (component, false),
        };
        if body != b"%empty" {
            unescape_into(&mut key, body)?;
        }
        continues = more;
    }
    if is_marker {
        key.push(b'/');
    }
    (!continues).then(|| (Key::new(key), is_self))
}

fn unescape_into(key: &mut Vec<u8>, body: &[u8]) -> Option<()> {
    let mut rest = body.iter().copied();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            key.extend(hex::decode(digits).ok()?);
        } else {
            key.push(byte);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_keys_have_safe_paths() {
        let long = "x".repeat(450);
        let cases: &[(&str, bool, &str)] = &[
            ("prod/config", false, "prod/config"),
            ("a", true, "a/%self"),
            ("dir/", false, "dir/%dir"),
            ("a//b", false, "a/%empty/b"),
            ("/lead", false, "%empty/lead"),
            ("", false, "%empty"),
            ("/", false, "%empty/%dir"),
            ("..", false, "%2E%2E"),
            ("a/./b", false, "a/%2E/b"),
            (".git/config", false, "%2Egit/config"),
            ("a/.GIT /x", false, "a/%2EGIT%20/x"),
            ("a/git~1", false, "a/%67it~1"),
            ("a/.g\u{200c}it", false, "a/.g%E2%80%8Cit"),
            ("CON", false, "%43ON"),
            ("com1.txt", false, "%63om1.txt"),
            ("100%", false, "100%25"),
            ("back\\slash", false, "back%5Cslash"),
            ("tab\tend", false, "tab%09end"),
            (".hidden", false, "%2Ehidden"),
            ("a/.hidden", false, "a/.hidden"),
            ("%self", false, "%25self"),
            ("secrets/system:dns", false, "secrets/system:dns"),
        ];
        for (key, has_children, path) in cases {
            assert_eq!(encode(&Key::from(*key), *has_children).to_string(), *path, "{key}");
            assert_eq!(decode(&TreePath::from(*path)), Ok(Key::from(*key)), "{path}");
        }
        let encoded = encode(&Key::from(long.as_str()), false);
        assert!(encoded.components().all(|component| component.len() <= LONGEST_COMPONENT + 2));
        assert_eq!(decode(&encoded), Ok(Key::from(long.as_str())));
    }

    #[test]
    fn other_spellings_are_refused() {
        for path in ["%", "a%2", "%zz", "%41", "a/%2egit", "%dir", "%self", "x%+", "%25%+/self"] {
            assert!(decode(&TreePath::from(path)).is_err(), "{path} must not name a key");
        }
    }

    proptest! {
        #[test]
        fn every_key_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..300), children: bool) {
            let key = Key::new(&bytes);
            let children = children && bytes.last() != Some(&b'/');
            let path = encode(&key, children);
            prop_assert_eq!(decode(&path), Ok(key));
            prop_assert!(path.as_str().is_some(), "a path is valid UTF-8");
            for component in path.components() {
                prop_assert!(!component.is_empty() && component != b"." && component != b"..");
                prop_assert!(!component.to_ascii_lowercase().starts_with(b".git"));
            }
        }

        #[test]
        fn slashes_and_dots_come_back(key in "[./%a-c]{0,12}", children: bool) {
            let children = children && !key.ends_with('/');
            let key = Key::from(key.as_str());
            prop_assert_eq!(decode(&encode(&key, children)), Ok(key));
        }
    }
}
