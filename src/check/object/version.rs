//! Versions as kops reads them.

use std::fmt;

/// A semantic version, ordered by its three numbers.
///
/// Of what follows them only the fact is kept: kops' limits do not depend on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Semver {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// Whether it is a release: one with a suffix such as `-beta.1` comes before it.
    pub is_release: bool,
}

impl Semver {
    /// A release.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch, is_release: true }
    }

    /// Reads a version that is spelt in full, such as `1.2.3` or `1.2.3-beta.1+x`.
    pub fn strict(text: &str) -> Option<Self> {
        let (text, build) = split(text, '+');
        let (numbers, suffix) = split(text, '-');
        let mut parts = numbers.split('.').map(number);
        let (major, minor, patch) = (parts.next()??, parts.next()??, parts.next()??);
        let is_valid = parts.next().is_none()
            && build.is_none_or(|build| build.split('.').all(is_identifier))
            && suffix.is_none_or(|suffix| suffix.split('.').all(is_suffix));
        is_valid.then_some(Self { major, minor, patch, is_release: suffix.is_none() })
    }

    /// Reads a version that may have blanks around it, a `v` before it, zeros before its
    /// numbers, or fewer than three numbers, such as ` v1.02`.
    pub fn tolerant(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts: Vec<String> = text.splitn(3, '.').map(without_zeros).collect();
        if parts.len() < 3 && parts.last()?.contains(['+', '-']) {
            return None;
        }
        parts.resize(3, "0".to_owned());
        Self::strict(&parts.join("."))
    }

    /// Reads a version of Kubernetes: a tolerant one, or the address of a build, which has one
    /// as a folder, such as `https://example.com/v1.34.0/`. Of an address only two numbers count.
    pub fn kubernetes(text: &str) -> Option<Self> {
        Self::tolerant(text).or_else(|| {
            let (_, after) = text.split_once("/v1.")?;
            let (minor, _) = after.split_once('.')?;
            Some(Self::new(1, number(minor)?, 0))
        })
    }
}

impl fmt::Display for Semver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A number without zeros before it.
fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    (is_plain && !(text.len() > 1 && text.starts_with('0'))).then(|| text.parse().ok())?
}

/// The part without zeros before its number.
fn without_zeros(part: &str) -> String {
    let rest = part.trim_start_matches('0');
    if part.len() < 2 {
        return part.to_owned();
    }
    match rest.starts_with(|c: char| c.is_ascii_digit()) {
        true => rest.to_owned(),
        false => format!("0{rest}"),
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// An identifier after a dash: when it is a number, then without zeros before it.
fn is_suffix(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_identifier(text) && (!is_number || number(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(version: Option<Semver>) -> String {
        version.map_or("none".to_owned(), |version| version.to_string())
    }

    #[test]
    fn strict_versions() {
        let good = ["0.0.0", "3.5.21", "1.2.3-beta.1", "1.2.3+b-1.01", "1.2.3-a-b+c"];
        let bad = [
            "",
            "3.5",
            "3",
            "v3.5.1",
            " 3.5.1",
            "3.5.1 ",
            "03.5.1",
            "3.5.1.2",
            "3.5.x",
            "3.5.-1",
            "3.5.1-",
            "3.5.1+",
            "3.5.1-01",
            "3.5.1-a..b",
            "99999999999999999999.0.0",
            "1.2.3-ä",
        ];
        assert!(good.iter().all(|text| Semver::strict(text).is_some()), "{good:?}");
        let found = bad.iter().find(|text| Semver::strict(text).is_some());
        assert_eq!(found, None);
    }

    #[test]
    fn tolerant_versions() {
        let cases = [
            ("1.34.0", "1.34.0"),
            ("v1.34 ", "1.34.0"),
            ("v1", "1.0.0"),
            ("01.034.000", "1.34.0"),
            ("1.35.0-beta.1", "1.35.0"),
            ("", "none"),
            ("vv1.34.0", "none"),
            ("1.x", "none"),
            ("latest", "none"),
            ("1.34-beta", "none"),
            ("1.2.3.4", "none"),
            ("1..2", "none"),
            ("0", "0.0.0"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(Semver::tolerant(text)), expected, "{text:?}");
        }
        assert!(Semver::tolerant("2.1.0-rc.1") < Some(Semver::new(2, 1, 0)));
    }

    #[test]
    fn versions_of_kubernetes() {
        let cases = [
            ("https://example.com/release/v1.34.0/", "1.34.0"),
            ("https://example.com/v1.34.0-alpha.1+abc", "1.34.0"),
            ("https://example.com/release/latest", "none"),
            ("https://example.com/v1.x.0", "none"),
            ("https://example.com/v1.34", "none"),
            ("v1.34.2", "1.34.2"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(Semver::kubernetes(text)), expected, "{text:?}");
        }
    }
}
