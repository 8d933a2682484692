//! The merge by fields of whole files.

use super::carry::{Carrier, Mode, Sides as Levels};
use super::comments::{Comments, comments, wanted};
use super::decide::{Outcome, Pick, Trio, decide, merged, normal, unordered};
use super::side::Side;
use super::{Conflict, Labels, Sides};
use crate::edit::FieldPath;
use crate::edit::layout::Unclear;
use crate::edit::source::{Source, has_duplicates, has_reference, json};
use crate::edit::splice::Splices;
use crate::edit::style::indent_of;
use crate::yaml::{Value, read};
use serde_json::Value as Json;

/// What came of a merge by fields.
pub(super) struct Done {
    pub content: Vec<u8>,
    pub conflicts: Vec<Conflict>,
    /// The merged documents.
    pub values: Vec<Json>,
    /// Whether the comments of both sides are there.
    pub has_comments: bool,
}

/// The three files, parsed.
struct Files<'a> {
    base: Option<Source<'a>>,
    ours: Source<'a>,
    theirs: Source<'a>,
}

/// Merges by fields; the error says why that cannot be done.
pub(super) fn merge(sides: &Sides<'_>, labels: &Labels, size: usize) -> Result<Done, String> {
    let files = Files {
        base: sides.base.map(|base| source(base, "the base")).transpose()?,
        ours: source(sides.ours, "our side")?,
        theirs: source(sides.theirs, "their side")?,
    };
    let base = files.base.as_ref().map(values).transpose()?;
    let (ours, theirs) = (values(&files.ours)?, values(&files.theirs)?);
    let is_alike = |other: &[Value<'_>]| {
        let is_single = ours.len() == 1;
        let mut pairs = other.iter().zip(&ours);
        other.len() == ours.len() && (is_single || pairs.all(|(a, b)| is_one_object(a, b)))
    };
    if !is_alike(&theirs) || base.as_deref().is_some_and(|base| !is_alike(base)) {
        return Err("the sides hold different documents".into());
    }
    let documents = Documents { base, ours, theirs };
    let mut outcomes = documents.decide();
    let marked = documents.carry(&files, &mut outcomes, Mode::Markers { labels, size })?;
    documents.verify(&files, &mut outcomes, marked)
}

fn source<'a>(content: &'a [u8], name: &str) -> Result<Source<'a>, String> {
    let source = Source::new(content).map_err(|error| format!("{name}: {error}"))?;
    let documents = source.documents();
    if documents.iter().any(|document| has_reference(&document.root)) {
        return Err(format!("{name} has an anchor, an alias or a tag"));
    }
    let is_map = |value: &Value<'_>| matches!(value.data, crate::yaml::Data::Map(_));
    match documents.iter().all(|d| read(d).is_some_and(|v| !has_duplicates(&v) && is_map(&v))) {
        _ if documents.is_empty() => Err(format!("{name} is empty")),
        true => Ok(source),
        false => Err(format!("{name} has a key twice, or is no object")),
    }
}

fn values<'s>(source: &'s Source<'_>) -> Result<Vec<Value<'s>>, String> {
    let values: Option<_> = source.documents().iter().map(read).collect();
    values.ok_or_else(|| "too many values".into())
}

fn is_one_object(one: &Value<'_>, other: &Value<'_>) -> bool {
    let name = |value: &Value<'_>, path: &[&str]| value.at(path).map(json);
    [&["kind"][..], &["metadata", "name"]].iter().all(|path| name(one, path) == name(other, path))
}

/// The documents of the three files.
struct Documents<'v> {
    base: Option<Vec<Value<'v>>>,
    ours: Vec<Value<'v>>,
    theirs: Vec<Value<'v>>,
}

/// Our bytes with the changes.
struct Carried {
    content: Vec<u8>,
    conflicts: Vec<Conflict>,
}

impl Documents<'_> {
    fn base(&self, place: usize) -> Option<&Value<'_>> {
        self.base.as_ref().and_then(|base| base.get(place))
    }

    fn decide(&self) -> Vec<Outcome> {
        let documents = self.ours.iter().zip(&self.theirs).enumerate();
        let decide = |(place, (ours, theirs))| {
            let (base, ours, theirs) = (self.base(place).map(json), json(ours), json(theirs));
            decide("", Trio { base: base.as_ref(), ours: Some(&ours), theirs: Some(&theirs) })
        };
        documents.map(decide).collect()
    }

    fn merged(&self, outcomes: &[Outcome], pick: Pick) -> Vec<Json> {
        let documents = self.ours.iter().zip(&self.theirs).zip(outcomes).enumerate();
        let merge = |(place, ((ours, theirs), outcome))| {
            let (base, ours, theirs) = (self.base(place).map(json), json(ours), json(theirs));
            let trio = Trio { base: base.as_ref(), ours: Some(&ours), theirs: Some(&theirs) };
            merged("", outcome, trio, pick).unwrap_or_default()
        };
        documents.map(merge).collect()
    }

    /// Carries out what was decided; what cannot be done in parts becomes coarser.
    fn carry(
        &self,
        files: &Files<'_>,
        outcomes: &mut [Outcome],
        mode: Mode<'_>,
    ) -> Result<Carried, String> {
        let unclear = |_| "the layout is not one that can be merged".to_owned();
        let mut carrier = Carrier {
            mode,
            indent: indent_of(files.ours.lines, self.ours[0].node),
            line_break: files.ours.lines.line_break(),
            splices: Splices::default(),
            conflicts: Vec::new(),
        };
        for (place, outcome) in outcomes.iter_mut().enumerate() {
            self.document(files, place, outcome, &mut carrier).map_err(unclear)?;
        }
        let content = carrier.splices.apply(files.ours.lines.bytes).map_err(unclear)?;
        Ok(Carried { content, conflicts: carrier.conflicts })
    }

    fn document(
        &self,
        files: &Files<'_>,
        place: usize,
        outcome: &mut Outcome,
        carrier: &mut Carrier<'_>,
    ) -> Result<(), Unclear> {
        let base = files.base.as_ref().zip(self.base(place));
        let levels = Levels {
            base: base.map(|(file, root)| Side::new(file.lines, root)).transpose()?,
            ours: Side::new(files.ours.lines, &self.ours[place])?,
            theirs: Side::new(files.theirs.lines, &self.theirs[place])?,
        };
        match outcome {
            Outcome::Parts(parts) => {
                carrier.parts("", &FieldPath::default(), &levels, parts)?;
                carrier.end(&levels);
                Ok(())
            }
            _ => Err(Unclear),
        }
    }

    /// Whether the result reads as it must, with either side where there is a conflict.
    fn verify(
        &self,
        files: &Files<'_>,
        outcomes: &mut [Outcome],
        marked: Carried,
    ) -> Result<Done, String> {
        let wanted = self.wanted(files);
        let mut has_comments = wanted.is_some();
        for pick in [Pick::Ours, Pick::Theirs] {
            let carried = self.carry(files, outcomes, Mode::Pick(pick))?;
            let read = Source::new(&carried.content).and_then(|source| source.values());
            let values = self.merged(outcomes, pick);
            if !read.is_ok_and(|read| are_same(&read, &values)) {
                return Err("the merged bytes do not read as the merged fields".into());
            }
            let found = Source::new(&carried.content).ok().and_then(|s| comments(&s).ok());
            has_comments &= found == wanted;
        }
        if !marked.conflicts.is_empty() && !has_all(&marked.content, wanted) {
            return Err("a comment would be lost".into());
        }
        let values = self.merged(outcomes, Pick::Ours);
        Ok(Done { content: marked.content, conflicts: marked.conflicts, values, has_comments })
    }

    fn wanted(&self, files: &Files<'_>) -> Option<Comments> {
        let base = files.base.as_ref().map(comments).transpose().ok()?.unwrap_or_default();
        Some(wanted(&base, &comments(&files.ours).ok()?, &comments(&files.theirs).ok()?))
    }
}

/// Whether a file with markers has every comment.
fn has_all(content: &[u8], wanted: Option<Comments>) -> bool {
    let has = |comment: &Vec<u8>| content.windows(comment.len()).any(|text| text == comment);
    wanted.is_some_and(|wanted| wanted.keys().all(has))
}

/// Whether documents are the same but for orders that mean nothing.
pub(super) fn are_same(one: &[Json], other: &[Json]) -> bool {
    let plain = |values: &[Json]| -> Vec<Json> {
        values.iter().map(|value| unordered("", &normal("", value))).collect()
    };
    plain(one) == plain(other)
}
