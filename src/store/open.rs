//! From a URL to a store.

use super::azure::{AzureSettings, AzureStore};
use super::count::{Counting, Stats};
use super::file::FileStore;
use super::gcs::{GcsSettings, GcsStore};
use super::memory::MemoryStore;
use super::retry::{Patience, Retrying};
use super::s3::{S3Settings, S3Store};
use super::swift::{SwiftSettings, SwiftStore};
use super::{Clock, Store, StoreError, Surroundings, SystemClock};
use crate::model::{Scheme, StoreUrl};
use std::sync::Arc;

/// A store that is ready, and what it was asked so far.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The store; its reads are repeated where that helps.
    pub store: Arc<dyn Store>,
    /// What goes over the wire, repetitions included.
    pub stats: Arc<Stats>,
    /// The S3 client, for what only S3 can be asked.
    pub s3: Option<Arc<S3Store>>,
}

impl Opened {
    /// What was learned about the service so far, to be handed to the next [`open`].
    pub fn facts(&self) -> Option<String> {
        let facts = self.s3.as_ref()?.known_facts()?;
        serde_json::to_string(&facts).ok()
    }
}

/// Opens the store that a URL names. `facts` are what an earlier run learned about the service.
///
/// # Errors
/// [`StoreError`] when the store is not there or cannot be used; nothing is created.
pub async fn open(
    url: &StoreUrl,
    surroundings: &Surroundings,
    facts: Option<&str>,
) -> Result<Opened, StoreError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let stats = Arc::new(Stats::default());
    let mut s3 = None;
    let counted: Arc<dyn Store> = match url.scheme {
        Scheme::File => {
            let store = FileStore::open(url, Arc::clone(&clock))?;
            Arc::new(Counting::new(store, Arc::clone(&stats)))
        }
        Scheme::Memfs => {
            let store = MemoryStore::open(url, Arc::clone(&clock));
            Arc::new(Counting::new(store, Arc::clone(&stats)))
        }
        Scheme::Gs => {
            let settings = GcsSettings::new(surroundings);
            let (clock, stats) = (Arc::clone(&clock), Arc::clone(&stats));
            Arc::new(GcsStore::connect(url, &settings, clock, stats)?)
        }
        Scheme::Azureblob => {
            let settings = AzureSettings::new(surroundings)?;
            let (clock, stats) = (Arc::clone(&clock), Arc::clone(&stats));
            Arc::new(AzureStore::connect(url, &settings, clock, stats)?)
        }
        Scheme::Swift => {
            let settings = SwiftSettings::new(surroundings)?;
            let stats = Arc::clone(&stats);
            Arc::new(SwiftStore::connect(url, &settings, Arc::clone(&clock), stats).await?)
        }
        Scheme::S3 | Scheme::Do | Scheme::Scw | Scheme::Hos | Scheme::Linode => {
            let store = connect_s3(url, surroundings, facts, &clock, &stats).await?;
            s3 = Some(Arc::clone(&store));
            store
        }
    };
    let seed = u64::from(std::process::id()) ^ clock.now().timestamp_micros().unsigned_abs();
    let store = Arc::new(Retrying::new(counted, clock, Patience::default(), seed));
    Ok(Opened { store, stats, s3 })
}

async fn connect_s3(
    url: &StoreUrl,
    surroundings: &Surroundings,
    facts: Option<&str>,
    clock: &Arc<dyn Clock>,
    stats: &Arc<Stats>,
) -> Result<Arc<S3Store>, StoreError> {
    let settings = S3Settings::new(surroundings)?;
    require_endpoint(url, &settings)?;
    let store = S3Store::connect(url, &settings, Arc::clone(clock), Arc::clone(stats)).await?;
    let facts = facts.and_then(|facts| serde_json::from_str(facts).ok());
    Ok(Arc::new(match facts {
        Some(facts) => store.with_facts(facts),
        None => store,
    }))
}

/// As kops: what is not Amazon's is found at `S3_ENDPOINT`, and nowhere else.
fn require_endpoint(url: &StoreUrl, settings: &S3Settings) -> Result<(), StoreError> {
    match url.scheme.s3_service().filter(|_| settings.endpoint.is_none()) {
        Some((service, example)) => Err(StoreError::Settings(format!(
            "{url} is a bucket of {service}, so S3_ENDPOINT must be set, such as to {example}"
        ))),
        None => Ok(()),
    }
}
