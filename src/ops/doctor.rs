//! `doctor`: can the store be reached, read, and written, and what can it guarantee?

use super::{Context, OpsError, level};
use crate::config::Mode;
use crate::model::{Capabilities, Key, Listing, Version};
use crate::store::StoreError;
use serde::Serialize;

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Good,
    /// Worth knowing.
    Warning,
    /// Something will not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Symptom {
    /// What was looked at, in one or two words.
    pub what: String,
    /// How it came out.
    pub health: Health,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl Symptom {
    /// Something that is as it should be.
    pub fn good(what: &str, found: impl Into<String>) -> Self {
        Self { what: what.into(), health: Health::Good, found: found.into(), advice: None }
    }

    /// Something that is not, with what to do.
    pub fn ill(what: &str, health: Health, found: impl Into<String>, advice: &str) -> Self {
        let advice = (!advice.is_empty()).then(|| advice.to_owned());
        Self { what: what.into(), health, found: found.into(), advice }
    }
}

/// Looks at the store. Scratch objects are written only if `probe` says so.
pub async fn doctor(ctx: &Context<'_>, probe: bool) -> Vec<Symptom> {
    let mut symptoms = Vec::new();
    let listing = match ctx.store.list().await {
        Ok(listing) => listing,
        Err(error) => {
            symptoms.push(store_symptom("list", &error));
            return symptoms;
        }
    };
    symptoms.push(Symptom::good("list", format!("{} objects", listing.len())));
    symptoms.extend(read_one(ctx, &listing).await);
    symptoms.push(guarantees(ctx, probe).await);
    symptoms.extend(version_symptom(&listing));
    symptoms
}

/// Reads one small object whose content may be seen.
async fn read_one(ctx: &Context<'_>, listing: &Listing) -> Option<Symptom> {
    let mode = |key: &Key| ctx.settings.modes.mode(ctx.target.profile, key);
    let is_readable = |key: &Key| matches!(mode(key), Mode::Scanned | Mode::Plain);
    let (key, _) =
        listing.iter().filter(|(key, _)| is_readable(key)).min_by_key(|(_, entry)| entry.size)?;
    Some(match ctx.store.get(key).await {
        Ok(Some(object)) => Symptom::good("read", format!("{key}, {} bytes", object.info.size)),
        Ok(None) => Symptom::ill(
            "read",
            Health::Warning,
            format!("{key} is listed, but is not there"),
            "the listing may be behind; run git store doctor again",
        ),
        Err(error) => store_symptom("read", &error),
    })
}

async fn guarantees(ctx: &Context<'_>, probe: bool) -> Symptom {
    let cached = level::cached(ctx).filter(|_| !probe);
    let capabilities = match cached {
        Some(capabilities) => Ok(capabilities),
        None if probe => level::probe(ctx).await,
        None => {
            let advice = "git store doctor --probe writes scratch objects and finds out";
            return Symptom::ill("level", Health::Warning, "not probed yet", advice);
        }
    };
    match capabilities {
        Ok(capabilities) => level_symptom(capabilities),
        Err(OpsError::Store(error)) => store_symptom("level", &error),
        Err(error) => Symptom::ill("level", Health::Bad, error.to_string(), ""),
    }
}

fn level_symptom(capabilities: Capabilities) -> Symptom {
    use crate::model::Level;
    let level = capabilities.level();
    let word = |can: bool| if can { "yes" } else { "no" };
    let found = format!(
        "{level} (create-only {}, compare-and-swap {}, conditional delete {}, versions kept {})",
        word(capabilities.conditional_create),
        word(capabilities.conditional_update),
        word(capabilities.conditional_delete),
        word(capabilities.versioning),
    );
    match level {
        Level::APlus => Symptom::good("level", found),
        Level::A => Symptom::ill(
            "level",
            Health::Good,
            found,
            "with versioning switched on, the bucket itself would keep what is replaced",
        ),
        Level::B => {
            let advice = "what a push displaces unseen is found among the versions, and put back";
            Symptom::ill("level", Health::Warning, found, advice)
        }
        Level::C => {
            let advice = "fetch works; a push is refused, or takes --accept-races";
            Symptom::ill("level", Health::Bad, found, advice)
        }
        Level::D => Symptom::ill("level", Health::Warning, found, "fetch works; nothing is pushed"),
    }
}

/// Versions that are no digests cost downloads where git has the content already.
fn version_symptom(listing: &Listing) -> Option<Symptom> {
    let is_opaque = |version: &Version| version.content_digest().is_none();
    let opaque = listing.values().filter(|entry| is_opaque(&entry.version)).count();
    (opaque > 0).then(|| {
        let found = format!("{opaque} of {} are no digests of the content", listing.len());
        Symptom::good("versions", found)
    })
}

/// What is wrong with the store, with the permission that is missing where it is one.
pub fn store_symptom(what: &str, error: &StoreError) -> Symptom {
    let advice = match error {
        StoreError::Denied(_) => "see the permissions that docs/permissions.md lists",
        StoreError::Credentials(_) => "docs/stores.md says where credentials are looked for",
        StoreError::NoStore(_) => "check the bucket's name, or make it first",
        StoreError::Unreachable(_) | StoreError::Transient(_) => {
            "check the endpoint, the network and the proxy"
        }
        _ => "",
    };
    Symptom::ill(what, Health::Bad, error.to_string(), advice)
}
