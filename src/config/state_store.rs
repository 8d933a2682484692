//! Which store is meant when none is named: as kops finds it.
//!
//! Order (kops `cmd/kops/root.go`): `--state`, even if empty; `KOPS_STATE_STORE`, if not
//! empty; the key `kops_state_store`, in any case, of the first of `~/.kops.yaml` and
//! `~/.kops/config` that exists. Files are not merged. One trailing `/` is taken off.

use super::settings::Origin;

/// What was found in the places that kops looks at, read by the outermost layer.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The value of `--state`, if it was given.
    pub flag: Option<String>,
    /// `KOPS_STATE_STORE`.
    pub environment: Option<String>,
    /// Path and content of the first configuration file that exists.
    pub file: Option<(String, String)>,
}

/// The default store, with the place that named it.
pub fn resolve(places: &Places) -> Option<(String, Origin)> {
    let found =
        from_flag(places).or_else(|| from_environment(places)).or_else(|| from_file(places));
    found.map(|(value, origin)| (trim_one_slash(&value), origin))
}

fn from_flag(places: &Places) -> Option<(String, Origin)> {
    places.flag.clone().map(|value| (value, Origin::Flag("--state")))
}

fn from_environment(places: &Places) -> Option<(String, Origin)> {
    let value = places.environment.clone().filter(|value| !value.is_empty())?;
    Some((value, Origin::Environment("KOPS_STATE_STORE")))
}

/// A file that is no YAML counts as no file, as for kops.
fn from_file(places: &Places) -> Option<(String, Origin)> {
    let (path, content) = places.file.as_ref()?;
    let mapping: serde_yaml::Mapping = serde_yaml::from_str(content).ok()?;
    let is_key = |key: &serde_yaml::Value| {
        key.as_str().is_some_and(|key| key.eq_ignore_ascii_case("kops_state_store"))
    };
    let value = mapping.iter().find(|(key, _)| is_key(key))?.1.as_str()?.to_owned();
    Some((value, Origin::File(path.clone())))
}

fn trim_one_slash(value: &str) -> String {
    value.strip_suffix('/').unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(flag: Option<&str>, environment: &str, file: Option<&str>) -> Places {
        Places {
            flag: flag.map(str::to_owned),
            environment: (environment != "unset").then(|| environment.to_owned()),
            file: file.map(|content| ("~/.kops.yaml".to_owned(), content.to_owned())),
        }
    }

    #[test]
    fn order_of_places() {
        let yaml = Some("KOPS_STATE_STORE: s3://file/\n");
        let file = || Origin::File("~/.kops.yaml".into());
        let environment = Origin::Environment("KOPS_STATE_STORE");
        let cases = [
            (
                places(Some("s3://flag"), "s3://env", yaml),
                Some(("s3://flag", Origin::Flag("--state"))),
            ),
            (places(Some(""), "s3://env", yaml), Some(("", Origin::Flag("--state")))),
            (places(None, "s3://env//", yaml), Some(("s3://env/", environment))),
            (places(None, "", yaml), Some(("s3://file", file()))),
            (
                places(None, "unset", Some("{\"kops_state_store\": \"s3://json\"}")),
                Some(("s3://json", file())),
            ),
            (places(None, "unset", Some("other: 1\n")), None),
            (places(None, "unset", Some("a: [\n")), None),
            (places(None, "unset", None), None),
        ];
        for (places, expected) in cases {
            let expected = expected.map(|(value, origin)| (value.to_owned(), origin));
            assert_eq!(resolve(&places), expected, "{places:?}");
        }
    }
}
