//! What is asked of a service.

use crate::model::Timestamp;
use bytes::Bytes;
use http::Method;
use std::collections::BTreeMap;

/// What a request shall do. Its address is found when it is sent.
#[derive(Clone, Debug)]
pub(in crate::store) struct Call {
    /// The method.
    pub method: Method,
    /// The path below the bucket, encoded; empty for the bucket itself.
    pub object: String,
    /// Names and values, not encoded.
    pub query: Vec<(&'static str, String)>,
    /// Headers by lower-case name; where requests are signed, all are.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Bytes,
    /// For a write: when it may no longer take effect. `None` for reads.
    pub deadline: Option<Timestamp>,
}

impl Call {
    /// A request that changes nothing.
    pub(in crate::store) fn read(method: Method, object: &str) -> Self {
        let (query, headers) = (Vec::new(), BTreeMap::new());
        Self { method, object: object.into(), query, headers, body: Bytes::new(), deadline: None }
    }

    /// A request that changes something, until `deadline`.
    pub(in crate::store) fn write(method: Method, object: &str, deadline: Timestamp) -> Self {
        Self { deadline: Some(deadline), ..Self::read(method, object) }
    }

    /// With a parameter.
    pub(in crate::store) fn with_query(
        mut self,
        name: &'static str,
        value: impl Into<String>,
    ) -> Self {
        self.query.push((name, value.into()));
        self
    }
}
