//! The tests that stand behind `is`.

use std::cmp::Ordering;

use crate::error::{Fallible, Fault};
use crate::value::{Heap, Kind, Value, strict_equal};

/// The tests with the number of their arguments.
const TESTS: &[(&str, usize)] = &[
    ("callable", 0),
    ("defined", 0),
    ("divisibleby", 1),
    ("escaped", 0),
    ("eq", 1),
    ("equalto", 1),
    ("even", 0),
    ("falsy", 0),
    ("ge", 1),
    ("greaterthan", 1),
    ("gt", 1),
    ("iterable", 0),
    ("le", 1),
    ("lessthan", 1),
    ("lower", 0),
    ("lt", 1),
    ("mapping", 0),
    ("ne", 1),
    ("null", 0),
    ("number", 0),
    ("odd", 0),
    ("sameas", 1),
    ("string", 0),
    ("truthy", 0),
    ("undefined", 0),
    ("upper", 0),
];

/// How many arguments a test takes; `None` if there is no such test.
pub(crate) fn arity(name: &str) -> Option<usize> {
    TESTS.iter().find(|(known, _)| *known == name).map(|(_, arity)| *arity)
}

/// The names of all tests.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TESTS.iter().map(|(name, _)| *name)
}

pub(crate) fn check_arity(name: &str, arity: usize, given: usize) -> Fallible<()> {
    if arity == given {
        return Ok(());
    }
    Err(Fault::evaluation(format!(
        "the test {name} takes {} in parentheses",
        if arity == 0 { "nothing" } else { "one argument" }
    )))
}

/// Applies a test that exists to as many arguments as it takes.
pub(crate) fn apply<'a>(
    name: &str,
    input: &Value<'a>,
    argument: Option<&Value<'a>>,
    heap: &Heap<'a>,
) -> Fallible<bool> {
    let argument = argument.cloned().unwrap_or_default();
    if !matches!(name, "callable" | "eq" | "equalto" | "sameas" | "ne") {
        input.refuse_functions(heap)?;
        argument.refuse_functions(heap)?;
    }
    let order =
        |wanted: fn(Ordering) -> bool| input.order(&argument, heap).map(|order| order.is_some_and(wanted));
    Ok(match name {
        "callable" => matches!(input, Value::Callable(_)),
        "defined" => !matches!(input, Value::Undefined),
        "undefined" => matches!(input, Value::Undefined),
        "divisibleby" => input.to_number(heap)? % argument.to_number(heap)? == 0.0,
        "escaped" => matches!(input, Value::Safe(_)),
        "eq" | "equalto" | "sameas" => strict_equal(input, &argument),
        "ne" => !strict_equal(input, &argument),
        "even" => input.to_number(heap)? % 2.0 == 0.0,
        "odd" => input.to_number(heap)? % 2.0 == 1.0,
        "truthy" => input.is_truthy(),
        "falsy" => !input.is_truthy(),
        "ge" => order(Ordering::is_ge)?,
        "gt" | "greaterthan" => order(Ordering::is_gt)?,
        "le" => order(Ordering::is_le)?,
        "lt" | "lessthan" => order(Ordering::is_lt)?,
        "iterable" if input.is_nullish() => {
            return Err(Fault::evaluation("undefined and null cannot be asked whether they are iterable"));
        }
        "iterable" => matches!(input, Value::Str(_) | Value::Safe(_) | Value::Array(_)),
        "lower" | "upper" => return has_case(name, input),
        "mapping" => matches!(input, Value::Record(_) | Value::Safe(_) | Value::Regex(_)),
        "null" => matches!(input, Value::Null),
        "number" => matches!(input, Value::Number(_)),
        _ => matches!(input, Value::Str(_)),
    })
}

fn has_case(name: &str, input: &Value<'_>) -> Fallible<bool> {
    match input {
        Value::Safe(_) => Ok(false),
        Value::Str(text) if name == "lower" => Ok(text.as_str().to_lowercase() == text.as_str()),
        Value::Str(text) => Ok(text.as_str().to_uppercase() == text.as_str()),
        other => Err(Fault::evaluation(format!("the test {name} needs a string, not {}", Kind(other)))),
    }
}
