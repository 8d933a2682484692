//! Addresses, as kops reads them.

/// The parts of an address such as `https://example.com/path`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Url<'a> {
    /// What stands before `:`; empty if there is none.
    pub scheme: &'a str,
    /// What stands between `//` and the next `/`; empty if there is none.
    pub host: &'a str,
    /// What follows, with its first `/`.
    pub path: &'a str,
}

impl<'a> Url<'a> {
    /// Reads an address; `None` if kops cannot. A text without a scheme is one, too.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (scheme, rest) = scheme(before)?;
        let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        let first = path.split('/').next().unwrap_or_default();
        let is_valid = (!scheme.is_empty() || !first.contains(':'))
            && is_host(host)
            && [host, path, fragment].into_iter().all(has_good_escapes);
        is_valid.then_some(Self { scheme, host, path })
    }
}

/// The scheme, which may be missing, and the rest; `None` for a colon without a scheme.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    match text.split_once(':') {
        Some(("", _)) => None,
        Some((scheme, rest))
            if scheme.chars().all(is_part)
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            Some((scheme, rest))
        }
        _ => Some(("", text)),
    }
}

/// Whether it can stand between `//` and `/`.
fn is_host(host: &str) -> bool {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = host.strip_prefix('[').and_then(|host| host.split_once(']'));
    let port = match name {
        Some((_, port)) => port,
        None => host.rfind(':').map_or("", |at| &host[at..]),
    };
    let is_port = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    is_port && !host.contains([' ', '\\', '^', '`', '{', '|', '}'])
}

/// Whether each `%` is followed by two hexadecimal digits.
fn has_good_escapes(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn reads_what_kops_reads() {
        let cases = [
            ("https://x/y?q#f", Some(("https", "x", "/y"))),
            ("https:///y", Some(("https", "", "/y"))),
            ("azureblob://a", Some(("azureblob", "a", ""))),
            ("s3://b:80/a%20b", Some(("s3", "b:80", "/a%20b"))),
            ("http://u:p@[::1]:80/", Some(("http", "u:p@[::1]:80", "/"))),
            ("x/y", Some(("", "", "x/y"))),
            ("mailto:me", Some(("mailto", "", "me"))),
            ("", Some(("", "", ""))),
            ("https://x/%zz", None),
            ("https://x/%e", None),
            ("https://x/%\u{e4}\u{e4}", None),
            ("https://x:port/", None),
            ("https://a b/", None),
            (":x", None),
            ("1x:y", None),
            ("a\nb", None),
        ];
        for (text, expected) in cases {
            let found = Url::parse(text).map(|url| (url.scheme, url.host, url.path));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
