//! Methods of numbers.

use super::integer;
use crate::error::{Fallible, Fault};
use crate::js;
use crate::value::{Heap, Value};

pub(super) fn call<'a>(
    number: f64,
    name: &str,
    argument: Option<&Value<'a>>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let argument = match argument {
        None | Some(Value::Undefined) => None,
        Some(value) => Some(integer(value, heap)?),
    };
    let within = |least: i32, most: i32, value: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and is checked then")]
        let value = value as i32;
        if (least..=most).contains(&value) {
            Ok(value)
        } else {
            Err(Fault::evaluation(format!("{name} takes a number from {least} to {most}")))
        }
    };
    let text = match name {
        "toFixed" => js::to_fixed(number, within(0, 100, argument.unwrap_or(0.0))?),
        "toExponential" if !number.is_finite() => js::number_to_string(number),
        "toExponential" => {
            let places = match argument {
                Some(places) => Some(within(0, 100, places)?),
                None => None,
            };
            js::to_exponential(number, places)
        }
        "toPrecision" => match argument {
            Some(precision) if number.is_finite() => js::to_precision(number, within(1, 100, precision)?),
            _ => js::number_to_string(number),
        },
        _ => match within(2, 36, argument.unwrap_or(10.0))? {
            10 => js::number_to_string(number),
            radix => js::to_radix(number, radix.unsigned_abs()),
        },
    };
    Ok(Value::string(text))
}
