//! What a container guarantees.

use super::SwiftStore;
use crate::model::{Attributes, Capabilities, Key, Precondition, PutId};
use crate::store::wire::Reply;
use crate::store::{SCRATCH_PREFIX, StoreError, Upload};
use chrono::TimeDelta;

/// How a container keeps versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Versioning {
    /// It keeps none.
    Off,
    /// Whatever is replaced or deleted is kept.
    Kept,
    /// Whatever is replaced is kept; a deletion brings it back.
    Stack,
}

impl Versioning {
    fn of(container: &Reply) -> Self {
        let is_set = |name: &str| container.header(name).is_some_and(|value| !value.is_empty());
        let enabled = container.header("x-versions-enabled").unwrap_or_default();
        match () {
            () if enabled.eq_ignore_ascii_case("true") || is_set("x-history-location") => {
                Self::Kept
            }
            () if is_set("x-versions-location") => Self::Stack,
            () => Self::Off,
        }
    }
}

impl SwiftStore {
    /// How the container keeps versions; asked once.
    pub(super) async fn versioning(&self) -> Result<Versioning, StoreError> {
        let ask = async || Ok(Versioning::of(&self.container().await?));
        self.versioning.get_or_try_init(ask).await.copied()
    }

    /// See [`crate::store::Store::probe`].
    ///
    /// Conditions are not tried: they would seem to be kept, as every update and deletion looks
    /// first, and creations are refused unless there is a race. What Swift guarantees is none.
    pub(super) async fn run_probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        let versioning = Versioning::of(&self.container().await?) != Versioning::Off;
        let writable = self.is_writable(scratch).await?;
        Ok(Capabilities { versioning, writable, ..Capabilities::default() })
    }

    async fn is_writable(&self, scratch: &str) -> Result<bool, StoreError> {
        let key = Key::new(format!("{SCRATCH_PREFIX}/{scratch}"));
        let (attributes, put_id) = (Attributes::default(), PutId(format!("probe-{scratch}")));
        let upload = Upload { bytes: "1".into(), attributes, put_id };
        let deadline = self.client.now() + TimeDelta::seconds(60);
        let put = self.write(&key, &upload, &Precondition::MustNotExist, deadline).await;
        let found = self.get_object(&key).await;
        if matches!(found, Ok(Some(_))) {
            self.discard(&key, deadline).await?;
        }
        match put {
            Ok(_) => Ok(found?.is_some_and(|object| object.bytes == upload.bytes)),
            Err(StoreError::Denied(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
