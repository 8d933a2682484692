//! `file-assets`: a file that kops puts on machines has a name and a content.

use super::{Check, Field, Object, Problem, Rule, Scope, is_set, limited};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "file-assets",
    summary: "a file asset has no name or no content, or a mode that is none",
    explanation: "\
kops writes each of spec.fileAssets to the machines and refuses those without a name or a content. \
The mode is text of octal digits, such as \"0440\"; what else it holds is found out by the machine, \
which then does not join the cluster. Without a path the file goes to \
/srv/kubernetes/assets/ under its name.",
    severity: Severity::Error,
    suppressible: true,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, _: &Scope<'_>) -> Vec<Problem> {
    let files = object.field("spec.fileAssets").map(|field| field.items()).unwrap_or_default();
    limited(files.into_iter().flat_map(of_file))
}

fn of_file(file: Field<'_>) -> Vec<Problem> {
    let missing = ["name", "content"].into_iter().filter(|name| !is_set(file.field(name)));
    let missing = missing.map(|name| {
        let place = file.field(name).unwrap_or(file);
        place.problem(format!("the file has no '{name}'"))
    });
    let odd = [no_path(file), odd_mode(file)].into_iter().flatten();
    missing.chain(odd).collect()
}

fn no_path(file: Field<'_>) -> Option<Problem> {
    let name = file.field("name")?.text().filter(|name| !name.is_empty())?;
    let message = format!("without a 'path' the file goes to /srv/kubernetes/assets/{name}");
    (!is_set(file.field("path"))).then(|| file.problem(message).severity(Severity::Note))
}

fn odd_mode(file: Field<'_>) -> Option<Problem> {
    let field = file.field("mode")?;
    let mode = field.text().filter(|mode| !mode.is_empty())?;
    let is_octal = mode.len() <= 5 && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let problem = || field.problem(format!("'{mode}' is no mode of a file")).help("write \"0440\"");
    (!is_octal).then(|| problem().severity(Severity::Warning))
}
