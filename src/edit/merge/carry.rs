//! Carrying out on our bytes what was decided for the values.

use super::Conflict;
use super::bits::Three;
use super::decide::{Outcome, Pick, Trio, merged, normal};
use super::side::Side;
use crate::edit::FieldPath;
use crate::edit::layout::Unclear;
use crate::edit::render::Indent;
use crate::edit::replace;
use crate::edit::source::json;
use crate::edit::splice::Splices;
use serde_json::Value as Json;

/// What stands where both sides changed a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode<'a> {
    /// One side's lines, to see how the rest reads.
    Pick(Pick),
    /// Both, between git's markers.
    Markers { labels: &'a super::Labels, size: usize },
}

/// A collection in all three files.
pub(super) struct Sides<'v> {
    pub base: Option<Side<'v>>,
    pub ours: Side<'v>,
    pub theirs: Side<'v>,
}

impl<'v> Sides<'v> {
    /// A part that both sides have, as a collection.
    fn below(&self, places: &Places) -> Result<Self, Unclear> {
        let (Some(ours), Some(theirs)) = (places.ours, places.theirs) else { return Err(Unclear) };
        let base = self.base.as_ref().zip(places.base);
        Ok(Self {
            base: base.map(|(side, place)| side.below(place)).transpose()?,
            ours: self.ours.below(ours)?,
            theirs: self.theirs.below(theirs)?,
        })
    }

    fn places(&self, key: &str, name: &str) -> Places {
        Places {
            base: self.base.as_ref().and_then(|side| side.find(key, name)),
            ours: self.ours.find(key, name),
            theirs: self.theirs.find(key, name),
        }
    }
}

/// Where a part stands in each of the three.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub base: Option<usize>,
    pub ours: Option<usize>,
    pub theirs: Option<usize>,
}

/// The changes to our bytes.
pub(super) struct Carrier<'a> {
    pub mode: Mode<'a>,
    pub indent: Indent,
    pub line_break: &'static str,
    pub splices: Splices,
    pub conflicts: Vec<Conflict>,
}

impl Carrier<'_> {
    /// Carries out what becomes of the parts of a collection.
    pub fn parts(
        &mut self,
        key: &str,
        path: &FieldPath,
        sides: &Sides<'_>,
        parts: &mut [(String, Outcome)],
    ) -> Result<(), Unclear> {
        let is_block = |side: &Side<'_>| !side.level.parts.entries.is_empty();
        let is_map = !sides.ours.level.value.entries().is_empty();
        let is_kept = |(name, outcome): &(String, Outcome)| {
            let places = sides.places(key, name);
            match outcome {
                Outcome::Theirs => places.theirs.is_some(),
                Outcome::Ours => places.ours.is_some(),
                _ => true,
            }
        };
        if !is_block(&sides.ours) || !is_block(&sides.theirs) || !parts.iter().any(is_kept) {
            return Err(Unclear);
        }
        for (name, outcome) in parts {
            let places = sides.places(key, name);
            let path = if is_map { path.key(name) } else { path.item(name) };
            let key = if is_map { name } else { key };
            self.part(key, &path, sides, places, outcome)?;
        }
        Ok(())
    }

    /// Carries out what becomes of one part; what cannot be carried out within it becomes one
    /// value, and a conflict where both sides changed it.
    fn part(
        &mut self,
        key: &str,
        path: &FieldPath,
        sides: &Sides<'_>,
        places: Places,
        outcome: &mut Outcome,
    ) -> Result<(), Unclear> {
        let (splices, conflicts) = (self.splices.count(), self.conflicts.len());
        if self.attempt(key, path, sides, places, outcome).is_ok() {
            return Ok(());
        }
        self.splices.forget_after(splices);
        self.conflicts.truncate(conflicts);
        *outcome = coarser(key, sides, places, outcome);
        self.attempt(key, path, sides, places, outcome)
    }

    fn attempt(
        &mut self,
        key: &str,
        path: &FieldPath,
        sides: &Sides<'_>,
        places: Places,
        outcome: &mut Outcome,
    ) -> Result<(), Unclear> {
        let three = Three::new(sides, places);
        match outcome {
            Outcome::Conflict => self.conflict(key, path, sides, &three),
            Outcome::Ours if places.theirs.is_some() && places.ours.is_some() => {
                self.keep(&three, is_same(key, sides, places))
            }
            Outcome::Ours => Ok(()),
            Outcome::Theirs => self.theirs(key, sides, &three),
            Outcome::Rewrite(value) => self.rewrite(sides, places, value, &three),
            Outcome::Parts(parts) => {
                self.comments(&three);
                let is_quiet = parts.iter().all(|(_, part)| part.is_quiet());
                let count = self.splices.count();
                let below = sides.below(&places)?;
                match self.parts(key, path, &below, parts) {
                    // Nothing is to be done in what cannot be edited.
                    Err(Unclear) if is_quiet => {
                        self.splices.forget_after(count);
                        self.keep(&three, true)
                    }
                    done => done,
                }
            }
        }
    }

    fn rewrite(
        &mut self,
        sides: &Sides<'_>,
        places: Places,
        value: &Json,
        three: &Three<'_, '_>,
    ) -> Result<(), Unclear> {
        self.comments(three);
        let place = places.ours.ok_or(Unclear)?;
        let old = sides.ours.part(place).ok_or(Unclear)?;
        let lines = sides.ours.lines;
        let entry = sides.ours.entry(place).ok_or(Unclear)?;
        let child = sides.ours.level.parts.children.get(place).ok_or(Unclear)?;
        match lines.at(lines.token(entry.head_end)) {
            Some(b'[' | b'{') if !is_empty(&json(old)) => {
                replace::in_flow(lines, child, old, value, &mut self.splices)
            }
            _ => {
                replace::in_block(lines, &entry, old, value, self.indent, &mut self.splices);
                Ok(())
            }
        }
    }
}

/// Whether both sides have one value.
fn is_same(key: &str, sides: &Sides<'_>, places: Places) -> bool {
    let value =
        |side: &Side<'_>, place: Option<usize>| Some(normal(key, &json(side.part(place?)?)));
    value(&sides.ours, places.ours) == value(&sides.theirs, places.theirs)
}

fn is_empty(value: &Json) -> bool {
    value.as_object().is_none_or(serde_json::Map::is_empty)
        && value.as_array().is_none_or(Vec::is_empty)
}

/// What becomes of a part as one value.
fn coarser(key: &str, sides: &Sides<'_>, places: Places, outcome: &Outcome) -> Outcome {
    if outcome.has_conflict() || !matches!(outcome, Outcome::Parts(_)) {
        return Outcome::Conflict;
    }
    let value = |side: &Side<'_>, place: Option<usize>| side.part(place?).map(json);
    let base = sides.base.as_ref().and_then(|side| value(side, places.base));
    let (ours, theirs) = (value(&sides.ours, places.ours), value(&sides.theirs, places.theirs));
    let trio = Trio { base: base.as_ref(), ours: ours.as_ref(), theirs: theirs.as_ref() };
    merged(key, outcome, trio, Pick::Ours).map_or(Outcome::Conflict, Outcome::Rewrite)
}
