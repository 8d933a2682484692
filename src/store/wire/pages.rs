//! Pages of a listing, and whether they can be believed.
//!
//! A page that is wrong in any way fails the whole listing: what a listing leaves out looks
//! like a deletion.

use crate::model::{Entry, Key, Listing};
use crate::store::SCRATCH_PREFIX;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

/// How many empty pages may follow one another; a service may send some, but not for ever.
pub(in crate::store) const MAX_EMPTY_PAGES: usize = 100;

/// An order that a service may list keys in.
pub(in crate::store) type Order = fn(&[u8], &[u8]) -> Ordering;

/// Puts pages together.
///
/// The keys must follow one of the orders from the first key to the last. Any of them rules
/// out that a page is repeated, left behind or swapped.
pub(in crate::store) struct Pages {
    /// With a slash at its end, or empty.
    prefix: Vec<u8>,
    listing: Listing,
    tokens: HashSet<String>,
    last: Option<Vec<u8>>,
    orders: Vec<Order>,
    empty_pages: usize,
}

impl Pages {
    /// For a prefix without a slash at its end, in any one of `orders`.
    pub(in crate::store) fn new(prefix: &str, orders: &[Order]) -> Self {
        let slash = if prefix.is_empty() { "" } else { "/" };
        Self {
            prefix: format!("{prefix}{slash}").into_bytes(),
            listing: BTreeMap::new(),
            tokens: HashSet::new(),
            last: None,
            orders: orders.to_vec(),
            empty_pages: 0,
        }
    }

    /// The prefix to ask for.
    pub(in crate::store) fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// Everything, after the last page.
    pub(in crate::store) fn finish(self) -> Listing {
        self.listing
    }

    /// Takes the next key in.
    pub(in crate::store) fn insert(&mut self, key: Vec<u8>, entry: Entry) -> Result<(), String> {
        let shown = Key::new(&key);
        let Some(inner) = key.strip_prefix(self.prefix.as_slice()) else {
            return Err(format!("'{shown}' is outside the prefix"));
        };
        let relative = Key::new(inner);
        self.keep_order(&key)?;
        self.last = Some(key);
        // Where the prefix itself is an object, it is a marker and no key below the prefix.
        if relative.as_bytes().is_empty() || relative.is_below(&Key::from(SCRATCH_PREFIX)) {
            return Ok(());
        }
        match self.listing.insert(relative, entry) {
            None => Ok(()),
            Some(_) => Err(format!("'{shown}' is listed twice")),
        }
    }

    fn keep_order(&mut self, key: &[u8]) -> Result<(), String> {
        let Some(last) = &self.last else { return Ok(()) };
        self.orders.retain(|order| order(last, key) == Ordering::Less);
        match self.orders.is_empty() {
            false => Ok(()),
            true => Err(format!("'{}' comes after '{}'", Key::new(key), Key::new(last))),
        }
    }

    /// After a page that is not the last one: with what to ask for the next.
    pub(in crate::store) fn next(
        &mut self,
        token: Option<String>,
        is_empty: bool,
    ) -> Result<String, String> {
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        if self.empty_pages > MAX_EMPTY_PAGES {
            return Err("it does not come to an end".into());
        }
        let token = token.filter(|token| !token.is_empty());
        let token = token.ok_or("it goes on, but does not say where")?;
        match self.tokens.insert(token.clone()) {
            true => Ok(token),
            false => Err("it goes in circles".into()),
        }
    }
}
