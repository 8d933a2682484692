//! What services are told by their surroundings.

use super::{azure, gcs, s3, swift};
use crate::model::Scheme;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// An environment variable that a service reads, and whether it holds a secret.
pub type Variable = (&'static str, bool);

/// Environment variables, and how long to wait. No part of the library reads the environment;
/// [`Surroundings::new`] is given a function that does.
#[derive(Clone)]
pub struct Surroundings {
    variables: BTreeMap<String, String>,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long nothing may come in while an answer is awaited.
    pub idle_timeout: Duration,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            variables: BTreeMap::new(),
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
        }
    }
}

/// The variables that a service reads.
pub fn variables_of(scheme: Scheme) -> &'static [Variable] {
    match scheme {
        Scheme::File | Scheme::Memfs => &[],
        Scheme::S3 | Scheme::Do | Scheme::Scw | Scheme::Hos | Scheme::Linode => s3::VARIABLES,
        Scheme::Gs => gcs::VARIABLES,
        Scheme::Azureblob => azure::VARIABLES,
        Scheme::Swift => swift::VARIABLES,
    }
}

impl Surroundings {
    /// Takes over what any service reads. An empty variable counts as not set.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let names = Scheme::ALL.iter().flat_map(|(scheme, _)| variables_of(*scheme));
        let names = names.map(|(name, _)| *name).chain(["HOME"]);
        let found = names.filter_map(|name| Some((name.to_owned(), variable(name)?)));
        let variables = found.filter(|(_, value)| !value.is_empty()).collect();
        Self { variables, ..Self::default() }
    }

    /// A variable, if it is set.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

/// Shows the names alone: values can be secrets.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.variables.keys().collect();
        f.debug_struct("Surroundings").field("variables", &names).finish_non_exhaustive()
    }
}
