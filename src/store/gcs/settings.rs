//! Settings as plain values, and how Google's own programs find them in an environment.

use super::site::Site;
use crate::store::Surroundings;
use crate::store::surroundings::Variable;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What Google Cloud Storage is told by environment variable.
pub const VARIABLES: &[Variable] = &[
    ("GOOGLE_APPLICATION_CREDENTIALS", false),
    ("STORAGE_EMULATOR_HOST", false),
    ("GCE_METADATA_HOST", false),
];

/// Where programs are told credentials by `gcloud auth application-default login`.
const WELL_KNOWN: &str = ".config/gcloud/application_default_credentials.json";

/// The metadata service of Google's machines and of GKE.
const METADATA_HOST: &str = "metadata.google.internal";

/// Google's own service.
pub(super) const GOOGLE: &str = "https://storage.googleapis.com";

/// Everything that says how to reach Google Cloud Storage. No part of the library reads the
/// environment; [`GcsSettings::new`] is given what it holds.
///
/// # Precedence
///
/// Where credentials are used: those of `credentials_file`; of `well_known_file`, if it is
/// there; of the metadata service.
#[derive(Clone, PartialEq, Eq)]
pub struct GcsSettings {
    /// Where the service is; an emulator's address may lack `http://`.
    pub endpoint: String,
    /// Whether the service wants credentials, as an emulator does not.
    pub uses_credentials: bool,
    /// A file with credentials that was asked for.
    pub credentials_file: Option<PathBuf>,
    /// The file with credentials that may be there.
    pub well_known_file: Option<PathBuf>,
    /// Host, and port if need be, of the metadata service.
    pub metadata_host: String,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long nothing may come in while an answer is awaited.
    pub idle_timeout: Duration,
}

/// Shows what is set, but no address that could hold a password.
impl fmt::Debug for GcsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = Site::new(&self.endpoint, "bucket");
        f.debug_struct("GcsSettings")
            .field("endpoint", &endpoint.as_ref().map_or("(unusable)", Site::host))
            .field("uses_credentials", &self.uses_credentials)
            .field("credentials_file", &self.credentials_file)
            .finish_non_exhaustive()
    }
}

impl GcsSettings {
    /// Settings as Google's own programs find them.
    pub fn new(surroundings: &Surroundings) -> Self {
        let get = |name: &str| surroundings.variable(name);
        let emulator = get("STORAGE_EMULATOR_HOST");
        Self {
            uses_credentials: emulator.is_none(),
            endpoint: emulator.unwrap_or_else(|| GOOGLE.into()),
            credentials_file: get("GOOGLE_APPLICATION_CREDENTIALS").map(PathBuf::from),
            well_known_file: get("HOME").map(|home| PathBuf::from(home).join(WELL_KNOWN)),
            metadata_host: get("GCE_METADATA_HOST").unwrap_or_else(|| METADATA_HOST.into()),
            connect_timeout: surroundings.connect_timeout,
            idle_timeout: surroundings.idle_timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> GcsSettings {
        GcsSettings::new(&Surroundings::new(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }))
    }

    #[test]
    fn an_environment_as_google_reads_it() {
        let plain = settings(&[("HOME", "/home/u"), ("STORAGE_EMULATOR_HOST", "")]);
        let well_known = "/home/u/.config/gcloud/application_default_credentials.json";
        assert_eq!(plain.well_known_file, Some(well_known.into()));
        assert_eq!((plain.endpoint.as_str(), plain.uses_credentials), (GOOGLE, true));
        assert_eq!(plain.credentials_file, None);
        assert_eq!(plain.metadata_host, METADATA_HOST);
        let all = settings(&[
            ("GOOGLE_APPLICATION_CREDENTIALS", "/key.json"),
            ("STORAGE_EMULATOR_HOST", "localhost:4443"),
            ("GCE_METADATA_HOST", "127.0.0.1:1"),
        ]);
        assert_eq!(all.credentials_file, Some("/key.json".into()));
        assert_eq!((all.endpoint.as_str(), all.uses_credentials), ("localhost:4443", false));
        assert_eq!(all.metadata_host, "127.0.0.1:1");
    }

    #[test]
    fn a_password_is_not_shown() {
        let address = "http://u:hush@localhost";
        let settings =
            settings(&[("STORAGE_EMULATOR_HOST", address), ("GCE_METADATA_HOST", "u:hush@h")]);
        let shown = format!("{settings:?}");
        assert!(shown.contains("(unusable)") && !shown.contains("hush"), "{shown}");
    }
}
