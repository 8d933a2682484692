//! What the headers of a reply say of an object, where all services say it alike.

use super::reply::Reply;
use crate::model::{Key, Object, ObjectInfo, Timestamp};
use crate::store::StoreError;
use chrono::DateTime;
use std::collections::BTreeMap;

/// The object that a reply to a GET holds, if all of it came.
pub(in crate::store) fn whole_object(
    key: &Key,
    info: ObjectInfo,
    reply: Reply,
) -> Result<Object, StoreError> {
    let length = u64::try_from(reply.body.len()).unwrap_or(u64::MAX);
    match info.size == length {
        true => Ok(Object { bytes: reply.body, info }),
        false => Err(StoreError::Protocol(format!(
            "'{key}' has {} bytes by its headers, but {length} came",
            info.size
        ))),
    }
}

impl Reply {
    /// The length: announced, or that of a body which came in marked pieces up to a marked end.
    pub(in crate::store) fn size(&self) -> Option<u64> {
        let announced = self.header("content-length").map(str::parse);
        match announced {
            Some(length) => length.ok(),
            None if self.header("transfer-encoding") == Some("chunked") => {
                u64::try_from(self.body.len()).ok()
            }
            None => None,
        }
    }

    /// When the object was last written.
    pub(in crate::store) fn modified(&self) -> Option<Timestamp> {
        let text = self.header("last-modified")?;
        DateTime::parse_from_rfc2822(text).ok().map(|time| time.to_utc())
    }

    /// User metadata, whose headers begin with `start`, but not the mark of the write. What is
    /// no text could not be kept on an update, so it is an error.
    pub(in crate::store) fn metadata(
        &self,
        key: &Key,
        start: &str,
        put_id: &str,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &self.headers {
            let Some(short) = name.as_str().strip_prefix(start) else { continue };
            if name.as_str() == put_id {
                continue;
            }
            let text = std::str::from_utf8(value.as_bytes()).map_err(|_| {
                StoreError::Unsupported(format!("the metadata '{short}' of '{key}' is no UTF-8"))
            })?;
            found
                .entry(short.into())
                .and_modify(|all| *all = format!("{all},{text}"))
                .or_insert(text.into());
        }
        Ok(found)
    }
}
