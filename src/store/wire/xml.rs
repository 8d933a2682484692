//! XML that came in whole.

use serde::de::DeserializeOwned;

/// XML with this root. A document that was cut anywhere lacks its end tag.
pub(in crate::store) fn parse<T: DeserializeOwned>(body: &[u8], root: &str) -> Result<T, String> {
    let text = std::str::from_utf8(body).map_err(|_| "not UTF-8".to_owned())?;
    let inner = text.trim_start_matches('\u{feff}').trim();
    let element = match inner.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, rest)| rest.trim_start()),
        None => inner,
    };
    let name = element.strip_prefix('<').and_then(|rest| rest.strip_prefix(root));
    if !name.is_some_and(|rest| rest.starts_with(['>', ' ', '/', '\n', '\r', '\t'])) {
        return Err(format!("no <{root}>"));
    }
    let is_single = element.ends_with("/>") && element.matches('<').count() == 1;
    if !is_single && !element.ends_with(&format!("</{root}>")) {
        return Err(format!("<{root}> is cut short"));
    }
    quick_xml::de::from_str(element).map_err(|error| format!("<{root}> cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    struct One {
        #[serde(rename = "A")]
        a: Option<String>,
    }

    #[test]
    fn only_whole_documents_with_their_root() {
        let read = |text: &str| parse::<One>(text.as_bytes(), "One").ok();
        let one = |a: &str| Some(One { a: Some(a.into()) });
        assert_eq!(read("<One><A>x</A></One>"), one("x"));
        assert_eq!(
            read("\u{feff}<?xml version=\"1.0\"?>\n<One xmlns=\"y\"><A>x &lt;</A></One>\n"),
            one("x <")
        );
        assert_eq!(read("<One><A> x </A></One>"), one(" x "), "spaces are part of a key");
        assert_eq!(read("<One/>"), Some(One { a: None }));
        for text in [
            "",
            "<One>",
            "<One><A>x</A>",
            "<One><A/>",
            "<Ones></Ones>",
            "<?xml version=\"1.0\"",
            "<html>",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(parse::<One>(b"<One>\xff</One>", "One").is_err());
    }
}
