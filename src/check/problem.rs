//! What a rule says, before the engine adds rule and path.

use crate::model::{Fix, Severity, Span};

/// Something that is wrong with a file.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) severity: Option<Severity>,
    pub(super) field: String,
    pub(super) span: Option<Span>,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) fix: Option<Fix>,
}

impl Problem {
    /// A problem of the file as a whole, as bad as its rule says.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            severity: None,
            field: String::new(),
            span: None,
            message: message.into(),
            help: None,
            fix: None,
        }
    }

    /// A problem at a place.
    pub(super) fn at(span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::new(message) }
    }

    /// Names the field as the file spells it.
    pub(super) fn field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// Says what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what else there is to do.
    pub(super) fn more_help(mut self, more: Option<&str>) -> Self {
        self.help = match (self.help, more) {
            (Some(help), Some(more)) => Some(format!("{help}; {more}")),
            (help, more) => help.or_else(|| more.map(str::to_owned)),
        };
        self
    }

    /// Says how bad this one is, where it differs from the rule's usual severity.
    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Offers a replacement for the text at the place.
    pub(super) fn fix(mut self, replacement: impl Into<String>, safe: bool) -> Self {
        self.fix = Some(Fix { replacement: replacement.into(), safe });
        self
    }
}
