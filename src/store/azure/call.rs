//! What is asked of the service.

use crate::model::Timestamp;
use bytes::Bytes;
use http::Method;
use std::collections::BTreeMap;

/// What a request shall do.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The method.
    pub method: Method,
    /// The blob's name as it is; `None` for the container itself.
    pub blob: Option<String>,
    /// Names and values, not encoded.
    pub query: Vec<(&'static str, String)>,
    /// Headers by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Bytes,
    /// For a write: when it may no longer take effect. `None` for reads.
    pub deadline: Option<Timestamp>,
}

impl Call {
    /// A request that changes nothing.
    pub(super) fn read(method: Method, blob: Option<String>) -> Self {
        let (query, headers) = (Vec::new(), BTreeMap::new());
        Self { method, blob, query, headers, body: Bytes::new(), deadline: None }
    }

    /// A request that changes a blob, until `deadline`.
    pub(super) fn write(method: Method, blob: String, deadline: Timestamp) -> Self {
        Self { deadline: Some(deadline), ..Self::read(method, Some(blob)) }
    }

    /// With a parameter.
    pub(super) fn with_query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}
