//! One expression: parsed, limited, and asked.

use super::LONGEST_EXPRESSION;
use super::metered::{Asked, Walk};
use cel::common::ast::SourceInfo;
use cel::parser::Parser;
use cel::{Context, ExecutionError, IdedExpr, Value};

/// The deepest nesting that is parsed.
const DEEPEST: u16 = 40;

/// An expression that can be asked.
#[derive(Debug)]
pub(super) struct Expression {
    program: IdedExpr,
    asked: Vec<Asked>,
}

/// Why a text is no expression.
#[derive(Debug)]
pub(super) struct NoExpression {
    /// Line and column in the text, from 1; `None`: nowhere in particular.
    pub place: Option<(usize, usize)>,
    /// The reason, without a full stop.
    pub message: String,
}

/// What an expression says.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    /// True.
    Holds,
    /// False.
    Fails,
    /// It asks for something that is not there, by a name that it spells or works out.
    Missing(Option<&'a Asked>),
    /// It cannot be asked of this object, for this reason.
    Unfit(String),
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`NoExpression`] for what CEL does not know, and what is too large.
    pub(super) fn parse(text: &str) -> Result<Self, NoExpression> {
        if text.len() > LONGEST_EXPRESSION {
            let message = format!("the expression has more than {LONGEST_EXPRESSION} bytes");
            return Err(NoExpression { place: None, message });
        }
        let parsed = Parser::new().max_recursion_depth(DEEPEST).parse_with_source_info(text);
        let (mut program, source) = parsed.map_err(|errors| syntax(&errors))?;
        let mut walk = Walk::default();
        walk.visit(&mut program, 0).map_err(|refusal| NoExpression {
            place: place(&source, refusal.part),
            message: refusal.message,
        })?;
        Ok(Self { program, asked: walk.asked })
    }

    /// Asks the expression.
    pub(super) fn ask(&self, context: &Context<'_, '_>) -> Answer<'_> {
        match Value::resolve(&self.program, context) {
            Ok(Value::Bool(true)) => Answer::Holds,
            Ok(Value::Bool(false)) => Answer::Fails,
            Ok(other) => {
                let kind = other.type_of();
                Answer::Unfit(format!(
                    "the expression gives a value of type {kind}, not true or false"
                ))
            }
            Err(ExecutionError::NoSuchKey(name)) => Answer::Missing(self.asked_for(&name)),
            Err(error) => Answer::Unfit(reason(&error)),
        }
    }

    /// What the expression asks for under a name. A name that it works out is not repeated: it
    /// comes from a file, and can be anything.
    fn asked_for(&self, name: &str) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.name == name)
    }
}

/// Why an expression cannot be asked, without any value of the object.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchOverload(overload) => {
            format!("the expression does not fit the types that it finds: {overload}")
        }
        ExecutionError::FunctionError { function, .. } if function == "matches" => {
            "the expression has a pattern that is none, or is too large".to_owned()
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "the expression divides by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "a number in the expression gets too large".to_owned(),
        ExecutionError::IndexOutOfBounds(_) => {
            "the expression asks for an item that is not there".to_owned()
        }
        _ => "the expression does not fit the types that it finds".to_owned(),
    }
}

fn syntax(errors: &cel::ParseErrors) -> NoExpression {
    let Some(first) = errors.errors.first() else {
        return NoExpression { place: None, message: "this is no expression".to_owned() };
    };
    let whole = |number: isize| usize::try_from(number).unwrap_or_default();
    let (line, column) = (whole(first.pos.0), whole(first.pos.1));
    let place = (line > 0 && column > 0).then_some((line, column));
    let message = plain(&first.msg);
    NoExpression { place, message }
}

/// What the parser says, without the names of its own rules.
fn plain(message: &str) -> String {
    if message.contains("OtherError(") {
        return "the expression is nested too deeply".to_owned();
    }
    let line = message.lines().next().unwrap_or_default();
    let line = line.split(" expecting ").next().unwrap_or_default();
    let found = ["input ", "at: "].iter().find_map(|before| line.split_once(before));
    match found {
        Some((_, "'<EOF>'")) => "the expression ends too early".to_owned(),
        Some((_, found)) => format!("{found} is not expected here"),
        None => line.replacen("Syntax error: ", "", 1),
    }
}

/// The line and column of a part of an expression.
fn place(source: &SourceInfo, part: u64) -> Option<(usize, usize)> {
    let (start, _) = source.offset_for(part)?;
    let before: Vec<char> = source.source.chars().take(usize::try_from(start).ok()?).collect();
    let line = 1 + before.iter().filter(|c| **c == '\n').count();
    let column = 1 + before.iter().rev().take_while(|c| **c != '\n').count();
    Some((line, column))
}
