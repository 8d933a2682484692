//! Profile files: `~/.aws/config` and `~/.aws/credentials`.

use super::settings::{Keys, S3Settings};
use crate::store::StoreError;
use std::collections::BTreeMap;
use std::path::Path;

type Values = BTreeMap<String, String>;

/// What a profile says, the credentials file before the configuration file.
#[derive(Default, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    name: String,
    values: Values,
}

/// Where a profile takes its credentials from.
#[derive(PartialEq, Eq)]
pub(super) enum Source {
    /// They stand in the file.
    Keys(Keys),
    /// A command prints them.
    Process(String),
    /// It has none.
    None,
}

impl Profile {
    /// Reads the profile that the settings ask for, or `default`; empty if there is none.
    pub(super) fn read(settings: &S3Settings) -> Result<Self, StoreError> {
        let config = read_file(settings.config_file.as_deref())?;
        let credentials = read_file(settings.credentials_file.as_deref())?;
        Self::find(&config, &credentials, settings.profile.as_deref())
    }

    fn find(config: &str, credentials: &str, asked: Option<&str>) -> Result<Self, StoreError> {
        let name = asked.unwrap_or("default");
        let mut config = sections(config);
        let from_config = config.remove(&format!("profile {name}")).or_else(|| match name {
            "default" => config.remove(name),
            _ => None,
        });
        let from_credentials = sections(credentials).remove(name);
        if asked.is_some() && from_config.is_none() && from_credentials.is_none() {
            return Err(StoreError::Credentials(format!("there is no profile '{name}'")));
        }
        let mut values = from_config.unwrap_or_default();
        values.extend(from_credentials.unwrap_or_default());
        Ok(Self { name: name.into(), values })
    }

    /// The profile's region.
    pub(super) fn region(&self) -> Option<String> {
        self.get("region")
    }

    /// Where the profile takes its credentials from.
    pub(super) fn source(&self) -> Result<Source, StoreError> {
        if let (Some(access_key_id), Some(secret_access_key)) =
            (self.get("aws_access_key_id"), self.get("aws_secret_access_key"))
            && self.get("role_arn").is_none()
        {
            let session_token = self.get("aws_session_token");
            return Ok(Source::Keys(Keys { access_key_id, secret_access_key, session_token }));
        }
        let unsupported =
            ["role_arn", "source_profile", "sso_session", "sso_start_url", "login_session"];
        if let Some(key) = unsupported.iter().find(|key| self.values.contains_key(**key)) {
            return Err(self.unsupported(key));
        }
        Ok(self.get("credential_process").map_or(Source::None, Source::Process))
    }

    fn unsupported(&self, key: &str) -> StoreError {
        let name = &self.name;
        StoreError::Credentials(format!(
            "profile '{name}' uses {key}, which is not supported; use credential_process, or \
             eval \"$(aws configure export-credentials --profile {name} --format env)\""
        ))
    }

    fn get(&self, key: &str) -> Option<String> {
        self.values.get(key).filter(|value| !value.is_empty()).cloned()
    }
}

fn read_file(path: Option<&Path>) -> Result<String, StoreError> {
    let Some(path) = path else { return Ok(String::new()) };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(StoreError::Io { context: path.display().to_string(), source }),
    }
}

/// Sections with their values. Indented lines belong to a nested setting and are left out.
fn sections(text: &str) -> BTreeMap<String, Values> {
    let mut found: BTreeMap<String, Values> = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        let is_nested = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            let name = header.split(']').next().unwrap_or_default();
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "");
            found.entry(name.clone()).or_default();
            current = Some(name);
        } else if let (Some((key, value)), Some(name), false) =
            (line.split_once('='), &current, is_nested)
        {
            let values = found.entry(name.clone()).or_default();
            values.insert(key.trim().to_ascii_lowercase(), uncommented(value).to_owned());
        }
    }
    found
}

fn uncommented(value: &str) -> &str {
    let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| value.find(mark)).min();
    value[..end.unwrap_or(value.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "# comment\n[default]\nregion = eu-west-1 # here\ns3 =\n  region = nested-1\n\
        [profile  two]\nregion=us-west-2\ncredential_process = /bin/tool --for two\n\
        [profile role]\nrole_arn = arn:x\nsource_profile = default\n[profile sso]\nsso_session = s\n[one]\nregion = no\n";
    const CREDENTIALS: &str = "[default]\naws_access_key_id = id\naws_secret_access_key=se=cret\n\n[one]\naws_access_key_id=x\n";

    fn find(name: Option<&str>) -> Result<Profile, StoreError> {
        Profile::find(CONFIG, CREDENTIALS, name)
    }

    #[test]
    fn keys_and_region_of_the_default_profile() {
        let profile = find(None).expect("a profile");
        assert_eq!(profile.region().as_deref(), Some("eu-west-1"));
        let keys = Keys {
            access_key_id: "id".into(),
            secret_access_key: "se=cret".into(),
            session_token: None,
        };
        assert!(profile.source().is_ok_and(|source| source == Source::Keys(keys)));
    }

    #[test]
    fn a_named_profile_with_a_command() {
        let profile = find(Some("two")).expect("a profile");
        assert_eq!(profile.region().as_deref(), Some("us-west-2"));
        let command = Source::Process("/bin/tool --for two".into());
        assert!(profile.source().is_ok_and(|source| source == command));
    }

    #[test]
    fn what_is_not_supported_says_what_to_do() {
        for name in ["role", "sso"] {
            let error = find(Some(name)).and_then(|profile| profile.source()).err().expect(name);
            assert!(error.to_string().contains("export-credentials"), "{error}");
        }
    }

    #[test]
    fn a_missing_profile_is_an_error_only_if_it_was_asked_for() {
        assert!(find(Some("nowhere")).is_err());
        assert!(Profile::find("", "", None).is_ok());
        assert_eq!(find(Some("one")).expect("half a profile").region(), None);
    }
}
