//! Findings for people: what is wrong, where, and what to do, with the lines of the file.

use super::escape::visible;
use crate::check::{Report, rule};
use crate::model::{Finding, Severity, TreePath};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::BTreeMap;

mod excerpt;

/// How text is to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Look {
    /// ASCII without colours.
    #[default]
    Plain,
    /// With colours.
    Colour,
}

/// The report as text, one block a finding; nothing at all when there are no findings.
pub fn text(report: &Report, look: Look) -> String {
    let renderer = match look {
        Look::Plain => Renderer::plain(),
        Look::Colour => Renderer::styled(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let texts = report.texts.iter().map(|(path, text)| (path, text.lines().collect()));
    let texts: BTreeMap<&TreePath, Vec<&str>> = texts.collect();
    let of_file = |finding: &Finding| texts.get(&finding.path).map_or(&[][..], Vec::as_slice);
    let blocks = report.findings.iter().map(|found| block(found, of_file(found), &renderer));
    blocks.collect::<Vec<_>>().join("\n")
}

fn block(finding: &Finding, lines: &[&str], renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let path = visible(&finding.path.to_string());
    let message = visible(&finding.message);
    let excerpt = finding.span.and_then(|span| excerpt::around(lines, span));
    let title = level.primary_title(message).id(finding.rule);
    let mut group = match &excerpt {
        Some(excerpt) => title.element(
            Snippet::source(excerpt.text.as_str())
                .line_start(excerpt.first_line)
                .path(path)
                .fold(false)
                .annotation(AnnotationKind::Primary.span(excerpt.range.clone())),
        ),
        None => title.element(origin(finding, path)),
    };
    group = details(finding, group);
    format!("{}\n", renderer.render(&[group]))
}

fn origin<'a>(finding: &Finding, path: String) -> Origin<'a> {
    match finding.span {
        Some(span) => Origin::path(path).line(span.line).char_column(span.column),
        None => Origin::path(path),
    }
}

fn details<'a>(finding: &Finding, mut group: Group<'a>) -> Group<'a> {
    if !finding.field.is_empty() {
        group = group.element(Level::NOTE.message(format!("field {}", visible(&finding.field))));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let explained = rule(finding.rule).map(|rule| format!("see {}", rule.documentation()));
    group.elements(explained.map(|text| Level::NOTE.message(text)))
}
