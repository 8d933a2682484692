//! Keys that some services silently change.
//!
//! SeaweedFS keeps keys as paths: `a//b` and `a\b` become `a/b`, and what is written as `dir/`
//! loses its content. Such a write would be taken for something else, so it is tried out with
//! a scratch object first, once for a store and only when there is such a key to write. kops
//! has none.

use super::S3Store;
use super::write::condition;
use crate::model::{Attributes, Key, Precondition, Timestamp};
use crate::store::{SCRATCH_PREFIX, StoreError, Upload};

/// What was tried out; `None`: not yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OddKeys {
    keeps_slashes: Option<bool>,
    keeps_markers: Option<bool>,
}

impl S3Store {
    /// Refuses a key that this service would change, or whose content it would drop.
    pub(super) async fn check_key(
        &self,
        key: &Key,
        upload: &Upload,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        // Held while it is tried out, so that it is tried out once.
        let mut odd = self.odd_keys.lock().await;
        let refused = |reason: &str| StoreError::Key { key: key.clone(), reason: reason.into() };
        if has_odd_slashes(key) {
            let keeps = match odd.keeps_slashes {
                Some(keeps) => keeps,
                None => self.try_odd(upload, "//x\\y", "/x/y", deadline).await?,
            };
            odd.keeps_slashes = Some(keeps);
            keeps
                .then_some(())
                .ok_or_else(|| refused("this service would change it ('//' and '\\' into '/')"))?;
        }
        if key.as_bytes().ends_with(b"/") && !upload.bytes.is_empty() {
            let keeps = match odd.keeps_markers {
                Some(keeps) => keeps,
                None => self.try_odd(upload, "/z/", "/z", deadline).await?,
            };
            odd.keeps_markers = Some(keeps);
            keeps.then_some(()).ok_or_else(|| {
                refused("this service would drop its content, because it ends in '/'")
            })?;
        }
        Ok(())
    }

    /// Writes a scratch object under an odd key: it must come back, and not under `other`.
    async fn try_odd(
        &self,
        upload: &Upload,
        odd: &str,
        other: &str,
        deadline: Timestamp,
    ) -> Result<bool, StoreError> {
        let scratch = format!("{SCRATCH_PREFIX}/odd-{}", upload.put_id);
        let odd = Key::new(format!("{scratch}{odd}"));
        let trial = Upload {
            bytes: "odd".into(),
            attributes: Attributes::default(),
            put_id: upload.put_id.clone(),
        };
        let style = self.e_tag_style().await;
        let absent = condition(&Precondition::MustNotExist, style);
        let version = match self.send_upload(&odd, &trial, Some(absent), deadline).await {
            Ok(version) => version,
            Err(StoreError::Key { .. } | StoreError::Protocol(_) | StoreError::Unsupported(_)) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let kept = self.get_object(&odd).await;
        let changed = self.head_object(&Key::new(format!("{scratch}{other}"))).await;
        let ours = condition(&Precondition::MustMatch(version), style);
        self.remove(&odd, Some(ours), deadline).await?;
        Ok(kept?.is_some_and(|object| object.bytes == trial.bytes) && changed?.is_none())
    }
}

fn has_odd_slashes(key: &Key) -> bool {
    let bytes = key.as_bytes();
    bytes.starts_with(b"/") || bytes.contains(&b'\\') || bytes.windows(2).any(|pair| pair == b"//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_keys_are_odd() {
        for (key, odd) in
            [("a/b", false), ("a/", false), ("a//b", true), ("/a", true), ("a\\b", true)]
        {
            assert_eq!(has_odd_slashes(&Key::from(key)), odd, "{key}");
        }
    }
}
