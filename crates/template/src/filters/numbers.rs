//! Filters of numbers.

use super::Arguments;
use crate::error::Fallible;
use crate::js;
use crate::value::{Heap, Value};

pub(super) fn float<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let number = js::parse_float(&input.to_text(heap)?);
    Ok(if number.is_nan() { args.get(0) } else { Value::Number(number) })
}

pub(super) fn int<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let base = match args.get(1) {
        Value::Undefined => 10.0,
        base => base.to_number(heap)?.trunc(),
    };
    let number = js::parse_int(&input.to_text(heap)?, base);
    Ok(if number.is_nan() { args.get(0) } else { Value::Number(number) })
}

pub(super) fn round<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let factor = 10_f64.powf(args.or(0, 0.0).to_number(heap)?);
    let number = input.to_number(heap)? * factor;
    let method = args.get(1);
    let rounded = match &method {
        Value::Str(method) if method.as_str() == "ceil" => number.ceil(),
        Value::Str(method) if method.as_str() == "floor" => number.floor(),
        _ => half_up(number),
    };
    Ok(Value::Number(rounded / factor))
}

/// `Math.round`: a half goes up, also below zero.
fn half_up(number: f64) -> f64 {
    let floor = number.floor();
    let rounded = if number - floor >= 0.5 { floor + 1.0 } else { floor };
    if rounded == 0.0 { rounded.copysign(number) } else { rounded }
}
