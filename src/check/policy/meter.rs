//! What an expression may still cost, and the functions that take it.

use super::value::steps;
use cel::extractors::This;
use cel::{Context, DeclarationError, ExecutionError, Value};
use regex::{Regex, RegexBuilder};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Takes the price of a value, and returns it. No expression can name it.
pub(super) const PAID: &str = "@paid";
/// Takes the price of a loop: what it goes through, and how much it does with each item.
pub(super) const LOOP: &str = "@loop";

/// The most memory of a compiled pattern, in bytes.
const LARGEST_PATTERN: usize = 1 << 18;
/// What asking for the price costs itself, in steps.
const CALL: u64 = 8;
/// What compiling a pattern costs, in steps.
const PATTERN: u64 = 20_000;

/// Counts down. Shared by all functions of an expression.
#[derive(Debug, Default)]
pub(super) struct Meter {
    left: AtomicU64,
    patterns: Mutex<HashMap<String, Regex>>,
}

impl Meter {
    /// Sets what may be spent.
    pub(super) fn set(&self, steps: u64) {
        self.left.store(steps, Ordering::Relaxed);
    }

    /// What is left; 0 once something cost more than that.
    pub(super) fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    fn spend(&self, steps: u64) -> Result<(), ExecutionError> {
        let left = self.left().saturating_sub(steps);
        self.set(left);
        if left == 0 { Err(ExecutionError::function_error(PAID, "too many steps")) } else { Ok(()) }
    }

    fn paid(&self, value: Value) -> Result<Value, ExecutionError> {
        self.spend(CALL + steps(&value))?;
        Ok(value)
    }

    fn each(&self, range: Value, weight: i64) -> Result<Value, ExecutionError> {
        let items = match &range {
            Value::List(items) => items.len(),
            Value::Map(map) => map.map.len(),
            _ => 0,
        };
        let weight = u64::try_from(weight).unwrap_or(u64::MAX);
        self.spend((CALL + steps(&range)).saturating_add(weight.saturating_mul(items as u64)))?;
        Ok(range)
    }

    /// CEL's `matches`, within a budget.
    fn matches(&self, text: &str, pattern: &str) -> Result<bool, ExecutionError> {
        let weight = 1 + pattern.len() as u64 / 8;
        self.spend((text.len() as u64).saturating_mul(weight) / 8)?;
        Ok(self.pattern(pattern)?.is_match(text))
    }

    fn pattern(&self, text: &str) -> Result<Regex, ExecutionError> {
        let mut known = self.patterns.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(pattern) = known.get(text) {
            return Ok(pattern.clone());
        }
        self.spend(PATTERN)?;
        let built = RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build();
        let pattern = built.map_err(|error| ExecutionError::function_error("matches", error))?;
        known.insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    }
}

/// Makes the functions known that take the price.
pub(super) fn declare(
    context: &mut Context<'_, '_>,
    meter: &Arc<Meter>,
) -> Result<(), DeclarationError> {
    let own = Arc::clone(meter);
    context.add_function(PAID, move |value: Value| own.paid(value))?;
    let own = Arc::clone(meter);
    context.add_function(LOOP, move |range: Value, weight: i64| own.each(range, weight))?;
    let own = Arc::clone(meter);
    let matches =
        move |This(text): This<Arc<String>>, pattern: Arc<String>| own.matches(&text, &pattern);
    context.add_function("matches", matches)
}
