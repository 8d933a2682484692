//! What a service guarantees, found out by what it does to scratch objects.
//!
//! Many services take conditional headers, ignore them and answer with success, so nothing is
//! believed that was not seen. On a bucket with versioning the scratch objects' old versions
//! stay, as every deleted object's do.

use super::write::condition;
use super::{ETagStyle, S3Store};
use crate::model::{Attributes, Capabilities, Key, Precondition, PutId, Timestamp, Version};
use crate::store::wire::Call;
use crate::store::{SCRATCH_PREFIX, StoreError, Upload};
use chrono::TimeDelta;
use http::Method;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Versioning {
    status: Option<String>,
}

/// One run of the probe.
struct Run<'a> {
    store: &'a S3Store,
    key: Key,
    put_id: PutId,
}

/// How a conditional write went.
enum Tried {
    /// It was carried out; a put says which version it made.
    Done(Option<Version>),
    /// It was refused because of the condition.
    Refused,
    /// The service does not know such conditions.
    Unsupported,
}

impl S3Store {
    /// See [`crate::store::Store::probe`]. Learns the service's facts, too.
    pub(super) async fn run_probe(&self, scratch: &str) -> Result<Capabilities, StoreError> {
        let key = Key::new(format!("{SCRATCH_PREFIX}/{scratch}"));
        let run = Run { store: self, key, put_id: PutId(format!("probe-{scratch}")) };
        let versioning = run.versioning().await?;
        let found = run.capabilities().await;
        let cleaned = run.clean().await;
        match found {
            Err(StoreError::Denied(_)) => {
                Ok(Capabilities { versioning, ..Capabilities::default() })
            }
            Err(error) => Err(error),
            Ok(found) => {
                cleaned?;
                Ok(Capabilities { versioning, writable: true, ..found })
            }
        }
    }
}

impl Run<'_> {
    async fn capabilities(&self) -> Result<Capabilities, StoreError> {
        let (create, version) = self.create_twice().await?;
        self.store.facts().await?;
        let (update, version) = self.update(version).await?;
        let delete = self.delete(&version).await?;
        Ok(Capabilities {
            conditional_create: create,
            conditional_update: update,
            conditional_delete: delete,
            ..Capabilities::default()
        })
    }

    /// The second of two creations must be refused.
    async fn create_twice(&self) -> Result<(bool, Version), StoreError> {
        let first = self.put("1", Some(&Precondition::MustNotExist)).await?;
        let Tried::Done(Some(version)) = first else {
            return Ok((false, self.put_anyway("1").await?));
        };
        match self.put("2", Some(&Precondition::MustNotExist)).await? {
            Tried::Refused => Ok((true, version)),
            _ => Ok((false, self.put_anyway("2").await?)),
        }
    }

    /// A wrong version must be refused and the right one taken; quoted or, for services that
    /// compare the header as it stands, bare.
    async fn update(&self, version: Version) -> Result<(bool, Version), StoreError> {
        for style in [ETagStyle::Quoted, ETagStyle::Bare] {
            self.store.set_e_tag_style(style).await;
            match self.put("3", Some(&Precondition::MustMatch(wrong()))).await? {
                Tried::Refused => {}
                Tried::Done(_) | Tried::Unsupported => break,
            }
            let right = Precondition::MustMatch(version.clone());
            if let Tried::Done(Some(version)) = self.put("4", Some(&right)).await? {
                return Ok((true, version));
            }
        }
        self.store.set_e_tag_style(ETagStyle::Quoted).await;
        Ok((false, self.put_anyway("5").await?))
    }

    /// A wrong version must be refused, which means that the object is still there.
    async fn delete(&self, version: &Version) -> Result<bool, StoreError> {
        let refused = match self.remove(&wrong()).await {
            Err(StoreError::Denied(_)) => false,
            tried => matches!(tried?, Tried::Refused),
        };
        if !refused || !self.exists().await? {
            return Ok(false);
        }
        let done = matches!(self.remove(version).await?, Tried::Done(_));
        Ok(done && !self.exists().await?)
    }

    async fn versioning(&self) -> Result<bool, StoreError> {
        let call = Call::read(Method::GET, "").with_query("versioning", "");
        let reply = self.store.client.read(&call).await?;
        match reply.checked("s3:GetBucketVersioning") {
            Ok(reply) => {
                // The second name is moto's.
                let roots = ["VersioningConfiguration", "GetBucketVersioningResponse"];
                let found = roots.iter().find_map(|root| reply.xml::<Versioning>(root).ok());
                Ok(found.and_then(|found| found.status).as_deref() == Some("Enabled"))
            }
            Err(StoreError::Denied(_) | StoreError::Unsupported(_) | StoreError::Protocol(_)) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Removes the scratch object. Where that is not allowed it stays, and listings leave it out.
    async fn clean(&self) -> Result<(), StoreError> {
        let cleaned = match self.exists().await {
            Ok(true) => self.store.remove(&self.key, None, self.deadline()).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        match cleaned {
            Err(StoreError::Denied(_)) => Ok(()),
            other => other,
        }
    }

    async fn exists(&self) -> Result<bool, StoreError> {
        Ok(self.store.head_object(&self.key).await?.is_some())
    }

    async fn put(
        &self,
        text: &str,
        precondition: Option<&Precondition>,
    ) -> Result<Tried, StoreError> {
        let upload = Upload {
            bytes: text.to_owned().into(),
            attributes: Attributes::default(),
            put_id: self.put_id.clone(),
        };
        let style = self.store.e_tag_style().await;
        let condition = precondition.map(|precondition| condition(precondition, style));
        let done = self.store.send_upload(&self.key, &upload, condition, self.deadline()).await;
        tried(done.map(Some))
    }

    async fn put_anyway(&self, text: &str) -> Result<Version, StoreError> {
        match self.put(text, None).await? {
            Tried::Done(Some(version)) => Ok(version),
            _ => {
                Err(StoreError::Protocol("a write without a condition was refused for one".into()))
            }
        }
    }

    async fn remove(&self, version: &Version) -> Result<Tried, StoreError> {
        let style = self.store.e_tag_style().await;
        let condition = condition(&Precondition::MustMatch(version.clone()), style);
        tried(self.store.remove(&self.key, Some(condition), self.deadline()).await.map(|()| None))
    }

    fn deadline(&self) -> Timestamp {
        self.store.client.now() + TimeDelta::seconds(60)
    }
}

fn tried(result: Result<Option<Version>, StoreError>) -> Result<Tried, StoreError> {
    match result {
        Ok(version) => Ok(Tried::Done(version)),
        Err(StoreError::Precondition(_)) => Ok(Tried::Refused),
        Err(StoreError::Unsupported(_)) => Ok(Tried::Unsupported),
        Err(error) => Err(error),
    }
}

/// A version that no object has.
fn wrong() -> Version {
    Version::new("00000000000000000000000000000000")
}
