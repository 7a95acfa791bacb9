//! Filters that keep some of the items.

use super::lists::{required_attribute, sequence};
use super::{Arguments, records};
use crate::builtin_tests;
use crate::error::{Fallible, Fault};
use crate::value::{Heap, Kind, Value};

pub(super) fn select<'a>(
    input: &Value<'a>,
    args: Arguments<'_, 'a>,
    keep: bool,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let name = match args.get(0) {
        Value::Undefined => "truthy".to_owned(),
        name => name.to_text(heap)?,
    };
    let Some(arity) = builtin_tests::arity(&name) else {
        return Err(Fault::evaluation(format!("there is no test {name}")));
    };
    let values = match input {
        Value::Undefined | Value::Null => {
            return Err(Fault::evaluation("undefined and null have no items"));
        }
        Value::Record(record) => records::present(record, heap)?,
        other => match sequence(other, heap)? {
            Some(values) => values,
            None => return Ok(Value::array(Vec::new())),
        },
    };
    let arguments = args.from(1);
    builtin_tests::check_arity(&name, arity, arguments.len())?;
    heap.charge(values.len() as u64)?;
    let mut kept = Vec::new();
    for value in values {
        if builtin_tests::apply(&name, &value, arguments.first(), heap)? == keep {
            kept.push(value);
        }
    }
    Ok(Value::array(kept))
}

/// Keeps the items whose attribute is true; what else is given is not looked at, as in Nunjucks.
pub(super) fn select_attribute<'a>(
    input: &Value<'a>,
    args: Arguments<'_, 'a>,
    keep: bool,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let Value::Array(array) = input else {
        return Err(Fault::evaluation(format!("a list is needed, not {}", Kind(input))));
    };
    let attribute = required_attribute(&args.get(0), heap)?;
    let mut kept = Vec::new();
    for value in array.to_vec() {
        if value.attribute(&attribute, heap)?.is_truthy() == keep {
            kept.push(value);
        }
    }
    Ok(Value::array(kept))
}
