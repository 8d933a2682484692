//! What is asked of the service.

use crate::model::Timestamp;
use crate::store::count::Request;
use crate::store::wire::encode;
use bytes::Bytes;
use http::Method;
use std::collections::BTreeMap;

/// What a request shall do.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The method.
    pub method: Method,
    /// The address without the query.
    pub url: String,
    /// What it counts as.
    pub kind: Request,
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
    pub(super) fn read(kind: Request, url: String) -> Self {
        let (query, headers, body) = (Vec::new(), BTreeMap::new(), Bytes::new());
        Self { method: Method::GET, url, kind, query, headers, body, deadline: None }
    }

    /// A request that changes something, until `deadline`.
    pub(super) fn write(method: Method, kind: Request, url: String, deadline: Timestamp) -> Self {
        Self { method, deadline: Some(deadline), ..Self::read(kind, url) }
    }

    /// With a parameter.
    pub(super) fn with_query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// With a header.
    pub(super) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// The address with the query.
    pub(super) fn address(&self) -> String {
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value.as_bytes())))
            .collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.url, pairs.join("&"))
    }
}
