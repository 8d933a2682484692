//! Keys that some services silently change.
//!
//! SeaweedFS keeps keys as paths: `a//b` and `a\b` become `a/b`. What is written under such a
//! key would be listed under another one, so it is tried out with a scratch object first, once
//! for a store and only when there is such a key to write. kops has none.

use super::S3Store;
use crate::model::{Attributes, Key, Timestamp};
use crate::store::{SCRATCH_PREFIX, StoreError, Upload};

impl S3Store {
    /// Refuses a key that this service would change into another one.
    pub(super) async fn check_key(
        &self,
        key: &Key,
        upload: &Upload,
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        if !is_odd(key) {
            return Ok(());
        }
        // Held while it is tried out, so that it is tried out once.
        let mut keeps = self.keeps_odd_keys.lock().await;
        let answer = match *keeps {
            Some(answer) => answer,
            None => self.try_odd_key(upload, deadline).await?,
        };
        *keeps = Some(answer);
        let reason = "this service would change it ('//' and '\\' into '/')".into();
        if answer { Ok(()) } else { Err(StoreError::Key { key: key.clone(), reason }) }
    }

    async fn try_odd_key(&self, upload: &Upload, deadline: Timestamp) -> Result<bool, StoreError> {
        let scratch = format!("{SCRATCH_PREFIX}/odd-{}", upload.put_id);
        let odd = Key::new(format!("{scratch}//x\\y"));
        let trial = Upload {
            bytes: "odd".into(),
            attributes: Attributes::default(),
            put_id: upload.put_id.clone(),
        };
        match self.send_upload(&odd, &trial, None, deadline).await {
            Ok(_) => {}
            Err(StoreError::Key { .. } | StoreError::Protocol(_) | StoreError::Unsupported(_)) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        let changed = self.head_object(&Key::new(format!("{scratch}/x/y"))).await;
        self.remove(&odd, None, deadline).await?;
        Ok(changed?.is_none())
    }
}

fn is_odd(key: &Key) -> bool {
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
            assert_eq!(is_odd(&Key::from(key)), odd, "{key}");
        }
    }
}
