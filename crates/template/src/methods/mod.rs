//! The methods of JavaScript's values that templates may call, and Jinja's in Cookiecutter templates.

mod arrays;
mod numbers;
mod records;
mod strings;

use crate::error::Fallible;
use crate::value::{Heap, Value};

const STRING: &[&str] = &[
    "charAt",
    "charCodeAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "replace",
    "slice",
    "split",
    "startsWith",
    "substring",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
];
const NUMBER: &[&str] = &["toExponential", "toFixed", "toPrecision", "toString"];
const ARRAY: &[&str] = &[
    "at",
    "concat",
    "copyWithin",
    "fill",
    "flat",
    "includes",
    "indexOf",
    "join",
    "lastIndexOf",
    "pop",
    "push",
    "reverse",
    "shift",
    "slice",
    "sort",
    "splice",
    "unshift",
];
const JINJA_ARRAY: &[&str] = &["append", "count", "find", "index", "insert", "remove"];
const JINJA_RECORD: &[&str] = &["get", "has_key", "items", "keys", "values"];
const ANY: usize = usize::MAX;

/// The method of a name that a value has.
pub(crate) fn method(receiver: &Value<'_>, name: &str, cookiecutter: bool) -> Option<&'static str> {
    let find = |methods: &[&'static str]| methods.iter().copied().find(|method| *method == name);
    match receiver {
        Value::Str(_) | Value::Safe(_) => find(STRING),
        Value::Number(_) => find(NUMBER),
        Value::Array(_) => find(ARRAY).or_else(|| if cookiecutter { find(JINJA_ARRAY) } else { None }),
        Value::Record(_) if cookiecutter => find(JINJA_RECORD),
        Value::Regex(_) => find(&["test"]),
        _ => None,
    }
}

/// How many arguments a method takes, at least and at most.
pub(crate) fn arity(receiver: &Value<'_>, name: &str, cookiecutter: bool) -> (usize, usize) {
    match receiver {
        Value::Str(_) | Value::Safe(_) => match name {
            "replace" => (2, 2),
            "split" | "slice" | "substring" => (0, 2),
            "includes" | "startsWith" | "endsWith" | "indexOf" | "lastIndexOf" => (1, 2),
            "charAt" | "charCodeAt" => (0, 1),
            "concat" => (0, ANY),
            _ => (0, 0),
        },
        Value::Number(_) => (0, 1),
        Value::Array(_) => match name {
            "at" | "count" | "index" | "find" | "remove" | "append" => (1, 1),
            "insert" => (2, 2),
            "includes" | "indexOf" | "lastIndexOf" => (1, 2),
            "copyWithin" | "fill" => (1, 3),
            "flat" | "join" => (0, 1),
            "slice" => (0, 2),
            "pop" => (0, usize::from(cookiecutter)),
            "shift" | "sort" | "reverse" => (0, 0),
            _ => (0, ANY),
        },
        Value::Record(_) => match name {
            "get" => (1, 2),
            "has_key" => (1, 1),
            _ => (0, 0),
        },
        _ => (1, 1),
    }
}

/// Calls a method with as many arguments as it takes.
pub(crate) fn call<'a>(
    receiver: &Value<'a>,
    name: &str,
    args: &[Value<'a>],
    heap: &Heap<'a>,
    cookiecutter: bool,
) -> Fallible<Value<'a>> {
    receiver.refuse_functions(heap)?;
    match receiver {
        Value::Str(_) | Value::Safe(_) => {
            strings::call(receiver.as_text().unwrap_or_default(), name, args, heap)
        }
        Value::Number(number) => numbers::call(*number, name, args.first(), heap),
        Value::Array(array) => arrays::call(array, name, args, heap, cookiecutter),
        Value::Record(record) => records::call(record, name, args, heap),
        Value::Regex(regex) => strings::test(regex, args, heap),
        _ => Ok(Value::Undefined),
    }
}

/// An argument as an integer, as JavaScript makes one: NaN is 0.
fn integer<'a>(value: &Value<'a>, heap: &Heap<'a>) -> Fallible<f64> {
    let number = value.to_number(heap)?;
    Ok(if number.is_nan() { 0.0 } else { number.trunc() })
}

/// An argument as an integer, if it is there.
fn optional<'a>(value: Option<&Value<'a>>, heap: &Heap<'a>) -> Fallible<Option<f64>> {
    match value {
        None | Some(Value::Undefined) => Ok(None),
        Some(value) => integer(value, heap).map(Some),
    }
}

/// An index within 0 and a length; negative ones count from the end.
#[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
fn relative(index: f64, length: usize) -> usize {
    clamp(if index < 0.0 { length as f64 + index } else { index }, length)
}

/// An index within 0 and a length.
fn clamp(index: f64, length: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates at both ends")]
    let index = index.max(0.0) as usize;
    index.min(length)
}
