//! What the store can guarantee: probed once, remembered for a week.

use super::{Context, OpsError};
use crate::model::{Capabilities, Level, Timestamp};
use crate::store::Store;
use serde::{Deserialize, Serialize};

/// After this many days the store is probed again.
const DAYS: i64 = 7;

const CACHE: &str = "capabilities.json";

#[derive(Serialize, Deserialize)]
struct Remembered {
    store: String,
    probed: Timestamp,
    program: String,
    capabilities: Capabilities,
}

/// What was found at the last probe, if it is not too old and of the same store.
pub fn cached(ctx: &Context<'_>) -> Option<Capabilities> {
    let remembered: Remembered = serde_json::from_str(&ctx.cache.read(CACHE)?).ok()?;
    let age = ctx.clock.now() - remembered.probed;
    let is_fresh = age >= chrono::TimeDelta::zero() && age.num_days() < DAYS;
    let is_ours = remembered.store == ctx.store.identity().to_string()
        && remembered.program == env!("CARGO_PKG_VERSION");
    (is_fresh && is_ours).then_some(remembered.capabilities)
}

/// Probes the store, whatever is remembered.
pub async fn probe(ctx: &Context<'_>) -> Result<Capabilities, OpsError> {
    let capabilities = found(ctx.store, &ctx.entropy.name()).await?;
    let remembered = Remembered {
        store: ctx.store.identity().to_string(),
        probed: ctx.clock.now(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities,
    };
    ctx.cache.write(CACHE, &serde_json::json!(remembered).to_string());
    Ok(capabilities)
}

/// What a store shows that is tried. Where preconditions are ignored, only versions that can be
/// asked for help.
pub async fn found(store: &dyn Store, scratch: &str) -> Result<Capabilities, OpsError> {
    let found = store.probe(scratch).await?;
    let is_of_use = found.level() <= Level::A || store.hands_out_versions();
    Ok(Capabilities { versioning: found.versioning && is_of_use, ..found })
}

/// A difference of the clocks that is worth a word, and one at which nothing is written: the
/// deadline of a write is refused by the store's clock, and waited for by ours.
const SKEW: (i64, i64) = (60, 300);

fn require_same_time(ctx: &Context<'_>) -> Result<(), OpsError> {
    let seconds = ctx.store.clock_offset().map_or(0, |offset| offset.num_seconds());
    if seconds.abs() > SKEW.1 {
        return Err(OpsError::ClockSkew { seconds });
    }
    if seconds.abs() > SKEW.0 {
        let word = format!("the store's clock is {seconds} s ahead of this computer's");
        ctx.progress.warn(&word);
    }
    Ok(())
}

/// Refuses a store that cannot give what a push needs.
pub async fn require_writable(ctx: &Context<'_>) -> Result<Capabilities, OpsError> {
    require_same_time(ctx)?;
    let capabilities = match cached(ctx) {
        Some(capabilities) => capabilities,
        None => probe(ctx).await?,
    };
    admit(capabilities, ctx.settings.accept_races.value)?;
    Ok(capabilities)
}

/// Refuses what cannot be written safely; whoever accepts races may write to level C.
pub fn admit(capabilities: Capabilities, accepts_races: bool) -> Result<(), OpsError> {
    let level = capabilities.level();
    let reason = match level {
        Level::APlus | Level::A | Level::B => return Ok(()),
        Level::C if accepts_races => return Ok(()),
        Level::C => {
            "it ignores preconditions and keeps no old versions, so a write could destroy what \
             nobody has seen"
        }
        Level::D => "it cannot be written with these credentials",
    };
    Err(OpsError::LevelTooLow { level, reason: reason.to_owned() })
}

/// Whether preconditions have to be looked after here.
pub fn is_blind(capabilities: Capabilities) -> bool {
    matches!(capabilities.level(), Level::B | Level::C)
}
