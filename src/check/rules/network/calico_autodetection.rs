//! `calico-autodetection`: how Calico finds a node's address.

use super::{Check, Problem, Rule};
use crate::check::object::{Field, Object};
use crate::model::Severity;
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "calico-autodetection",
    summary: "Calico's autodetection method is malformed",
    explanation: "\
ipv4AutoDetectionMethod and ipv6AutoDetectionMethod are first-found, can-reach=ADDRESS with an \
address of the right kind, interface=NAME,… or skip-interface=NAME,… with regular expressions for \
names. kops refuses anything else, and crashes when the = is missing.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Cluster(check),
};

fn check(cluster: &Object<'_>) -> Vec<Problem> {
    let Some(calico) = cluster.field("spec.networking.calico") else { return Vec::new() };
    let methods = [("ipv4AutoDetectionMethod", false), ("ipv6AutoDetectionMethod", true)];
    let of_method = |(name, is_ipv6)| {
        let field = calico.filled(name)?;
        of_method(&field, is_ipv6)
    };
    methods.into_iter().filter_map(of_method).collect()
}

fn of_method(field: &Field<'_>, is_ipv6: bool) -> Option<Problem> {
    let text = field.text()?;
    let (method, argument) = match text.split_once('=') {
        Some((method, argument)) => (method, Some(argument)),
        None => (text, None),
    };
    let message = match (method, argument) {
        (_, Some(argument)) if argument.contains('=') => format!("'{text}' has more than one ="),
        ("first-found", _) => return None,
        ("can-reach" | "interface" | "skip-interface", None) => {
            format!("'{text}' has no = with a value, on which kops crashes")
        }
        ("can-reach", Some(address)) => of_address(address, is_ipv6)?,
        ("interface" | "skip-interface", Some(names)) => of_names(names)?,
        _ => format!("'{text}' is no method of detection"),
    };
    let example = if is_ipv6 { "2001:db8::1" } else { "192.0.2.1" };
    let help = format!("write first-found, can-reach={example}, interface=eth.* or the like");
    Some(field.problem(message).help(help))
}

fn of_address(text: &str, is_ipv6: bool) -> Option<String> {
    let kind = if is_ipv6 { "IPv6" } else { "IPv4" };
    let is_right =
        text.parse::<IpAddr>().is_ok_and(|found| found.to_canonical().is_ipv6() == is_ipv6);
    (!is_right).then(|| format!("'{text}' is no {kind} address"))
}

fn of_names(names: &str) -> Option<String> {
    if names.is_empty() || names.trim_start().starts_with(',') {
        return Some("there is no name of an interface".to_owned());
    }
    let wrong = names.split(',').map(str::trim).find(|name| !is_regular_expression(name));
    wrong.map(|name| format!("'{name}' is no regular expression"))
}

/// Whether a text is a regular expression, as far as brackets, repetitions and a last backslash
/// tell. Names of interfaces need no more.
fn is_regular_expression(text: &str) -> bool {
    let mut open = 0_usize;
    let mut can_repeat = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let was_repeatable = can_repeat;
        can_repeat = true;
        match character {
            '\\' if characters.next().is_none() => return false,
            '[' if !skip_class(&mut characters) => return false,
            '*' | '+' | '?' if !was_repeatable => return false,
            // A second question mark, as in `a+?`, is no repetition of its own.
            '*' | '+' | '?' => {
                if characters.as_str().starts_with('?') {
                    characters.next();
                }
                can_repeat = false;
            }
            '(' => {
                open += 1;
                can_repeat = characters.as_str().starts_with('?');
            }
            ')' if open == 0 => return false,
            ')' => open -= 1,
            '|' => can_repeat = false,
            _ => {}
        }
    }
    open == 0
}

/// Goes on behind a class such as `[a-z]`; `false` if it does not end.
fn skip_class(characters: &mut std::str::Chars<'_>) -> bool {
    let mut is_first = true;
    while let Some(character) = characters.next() {
        match character {
            '^' if is_first => continue,
            ']' if !is_first => return true,
            '\\' => drop(characters.next()),
            _ => {}
        }
        is_first = false;
    }
    false
}
