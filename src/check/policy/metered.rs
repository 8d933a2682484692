//! Puts a price on whatever an expression does, and refuses what has none.
//!
//! Every operand, list item and loop goes through a function of `meter` first. What is neither
//! looped over nor an operand costs nothing: CEL passes it on without looking at it.

use super::meter::{LOOP, PAID};
use cel::IdedExpr;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, MapExpr, SelectExpr, operators,
};

/// The most parts of an expression, once its macros are written out.
const MOST_PARTS: usize = 1000;
/// The deepest nesting of an expression, once its macros are written out.
const DEEPEST: usize = 50;

/// The variables that an expression can name.
const VARIABLES: [&str; 4] = ["object", "old", "cluster", "key"];
/// The types that an expression can name.
const TYPES: [&str; 9] =
    ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint"];
/// The functions that an expression can call. Other words for the same are not needed.
const FUNCTIONS: [&str; 13] = [
    "bool",
    "bytes",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "int",
    "matches",
    "size",
    "startsWith",
    "string",
    "type",
    "uint",
];
/// Operators that only pass on what they are given.
const FREE: [&str; 6] = [
    operators::CONDITIONAL,
    operators::LOGICAL_AND,
    operators::LOGICAL_OR,
    operators::LOGICAL_NOT,
    operators::NOT_STRICTLY_FALSE,
    operators::INDEX,
];
const PRICED: [&str; 13] = [
    operators::ADD,
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::NEGATE,
    operators::EQUALS,
    operators::NOT_EQUALS,
    operators::GREATER_EQUALS,
    operators::LESS_EQUALS,
    operators::GREATER,
    operators::LESS,
    operators::IN,
];

/// Why an expression is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The part of the expression.
    pub part: u64,
    /// The reason, without a full stop.
    pub message: String,
}

/// What is seen on the way through an expression.
#[derive(Default)]
pub(super) struct Walk {
    parts: usize,
    bound: Vec<String>,
    /// What is asked for by name.
    pub asked: Vec<Asked>,
}

/// Something that an expression asks for by name.
#[derive(Debug)]
pub(super) struct Asked {
    /// The last name, such as `topology`.
    pub name: String,
    /// The whole, such as `object.spec.topology`.
    pub path: String,
    /// How to ask whether it is there, such as `has(object.spec.topology)`.
    pub test: String,
}

impl Walk {
    /// Puts a price on an expression and all that is in it.
    ///
    /// # Errors
    /// The first part that cannot be had.
    pub(super) fn visit(&mut self, part: &mut IdedExpr, depth: usize) -> Result<(), Refusal> {
        let id = part.id;
        let refused = |message: &str| Err(Refusal { part: id, message: message.to_owned() });
        self.parts += 1;
        if self.parts > MOST_PARTS || depth > DEEPEST {
            return refused("the expression is too large or nested too deeply");
        }
        match &mut part.expr {
            Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => self.named(id, name),
            Expr::Select(select) => self.field(select, depth),
            Expr::Call(call) => self.call(id, call, depth),
            Expr::List(list) => self.priced(&mut list.elements, depth),
            Expr::Map(map) => self.entries(id, map, depth),
            Expr::Comprehension(each) => self.each(each, depth),
            Expr::Struct(_) => refused("there are no types of one's own"),
            Expr::Unspecified => refused("the expression is not complete"),
        }
    }

    fn named(&self, part: u64, name: &str) -> Result<(), Refusal> {
        let is_known = VARIABLES.contains(&name)
            || TYPES.contains(&name)
            || self.bound.iter().any(|bound| bound == name);
        if is_known {
            return Ok(());
        }
        let message = format!("there is no '{name}'; known are {}", VARIABLES.join(", "));
        Err(Refusal { part, message })
    }

    fn field(&mut self, select: &mut SelectExpr, depth: usize) -> Result<(), Refusal> {
        self.visit(&mut select.operand, depth + 1)?;
        if let Some(above) = path(&select.operand).filter(|_| !select.test) {
            let (name, path) = (select.field.clone(), format!("{above}.{}", select.field));
            let test = format!("has({path})");
            self.asked.push(Asked { name, path, test });
        }
        Ok(())
    }

    /// Notes `labels['name']`, for which there is no `has`.
    fn index(&mut self, call: &CallExpr) {
        let [list, index] = call.args.as_slice() else { return };
        let (Some(above), Some(name)) = (path(list), text(index)) else { return };
        let (path, test) = (format!("{above}['{name}']"), format!("'{name}' in {above}"));
        self.asked.push(Asked { name: name.to_owned(), path, test });
    }

    fn call(&mut self, part: u64, call: &mut CallExpr, depth: usize) -> Result<(), Refusal> {
        let name = call.func_name.as_str();
        let is_free = FREE.contains(&name);
        if name == operators::INDEX {
            self.index(call);
        }
        let name = call.func_name.as_str();
        if !is_free && !PRICED.contains(&name) && !FUNCTIONS.contains(&name) {
            let message = format!("there is no function '{name}' with these arguments");
            return Err(Refusal { part, message });
        }
        let target = call.target.as_deref_mut().into_iter();
        for operand in target.chain(&mut call.args) {
            self.visit(operand, depth + 1)?;
            if !is_free {
                pay(operand);
            }
        }
        Ok(())
    }

    fn priced(&mut self, parts: &mut [IdedExpr], depth: usize) -> Result<(), Refusal> {
        for part in parts {
            self.visit(part, depth + 1)?;
            pay(part);
        }
        Ok(())
    }

    fn entries(&mut self, part: u64, map: &mut MapExpr, depth: usize) -> Result<(), Refusal> {
        for entry in &mut map.entries {
            let EntryExpr::MapEntry(entry) = &mut entry.expr else {
                return Err(Refusal { part, message: "this is no map".to_owned() });
            };
            for part in [&mut entry.key, &mut entry.value] {
                self.priced(std::slice::from_mut(part), depth)?;
            }
        }
        Ok(())
    }

    fn each(&mut self, each: &mut ComprehensionExpr, depth: usize) -> Result<(), Refusal> {
        self.visit(&mut each.iter_range, depth + 1)?;
        let before = self.parts;
        self.bound.extend([each.iter_var.clone(), each.accu_var.clone()]);
        let inner =
            [&mut each.accu_init, &mut each.loop_cond, &mut each.loop_step, &mut each.result];
        for part in inner {
            self.visit(part, depth + 1)?;
        }
        self.bound.truncate(self.bound.len().saturating_sub(2));
        let weight = i64::try_from(self.parts - before).unwrap_or(i64::MAX);
        let weight = Expr::Literal(LiteralValue::Int(weight.into()));
        wrap(&mut each.iter_range, LOOP, Some(weight));
        Ok(())
    }
}

/// The path of a field as it is written, if it is one from the top.
fn path(part: &IdedExpr) -> Option<String> {
    match &part.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", path(&select.operand)?, select.field))
        }
        _ => None,
    }
}

fn text(part: &IdedExpr) -> Option<&str> {
    match &part.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// Has a value paid for. What is written out has its price in the length of the expression, a
/// type has none, and the result so far of a loop is paid for item by item.
fn pay(part: &mut IdedExpr) {
    let is_free = match &part.expr {
        Expr::Literal(_) => true,
        Expr::Ident(name) => name.starts_with('@') || TYPES.contains(&name.as_str()),
        Expr::Call(call) => call.func_name == "type",
        _ => false,
    };
    if !is_free {
        wrap(part, PAID, None);
    }
}

fn wrap(part: &mut IdedExpr, function: &str, more: Option<Expr>) {
    let inner = std::mem::take(part);
    let id = inner.id;
    let more = more.map(|expr| IdedExpr { id, expr });
    let args = std::iter::once(inner).chain(more).collect();
    let call = CallExpr { func_name: function.to_owned(), target: None, args };
    *part = IdedExpr { id, expr: Expr::Call(call) };
}
