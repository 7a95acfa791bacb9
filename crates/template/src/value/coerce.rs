//! What JavaScript turns values into: primitives, numbers, text; and how it compares them.

use std::cmp::Ordering;
use std::rc::Rc;

use super::{DEEPEST_VALUE, Heap, Record, Value};
use crate::error::{Fallible, Fault};
use crate::js;

/// What kind of value it is, for messages.
pub(crate) struct Kind<'v, 'a>(pub(crate) &'v Value<'a>);

impl std::fmt::Display for Kind<'_, '_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.0 {
            Value::Undefined => "undefined",
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Str(_) => "a string",
            Value::Safe(_) => "a safe string",
            Value::Array(_) => "a list",
            Value::Record(_) => "a record",
            Value::Regex(_) => "a regular expression",
            Value::Callable(_) => "a function",
        })
    }
}

fn too_deep() -> Box<Fault> {
    Fault::evaluation("the value is nested too deeply")
}

fn not_text() -> Box<Fault> {
    Fault::evaluation("a function is not a value; call it with parentheses")
}

impl<'a> Value<'a> {
    /// The number that JavaScript makes of a value. Items looked at count as steps.
    pub(crate) fn to_number(&self, heap: &Heap<'a>) -> Fallible<f64> {
        Ok(match self {
            Self::Undefined => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Str(text) => js::parse_number(text.as_str()),
            Self::Safe(text) => js::parse_number(text.as_str()),
            _ => js::parse_number(&self.to_text(heap)?),
        })
    }

    /// The text that JavaScript makes of a value: `undefined` and `null` by their names.
    pub(crate) fn to_text(&self, heap: &Heap<'a>) -> Fallible<String> {
        let mut text = String::new();
        self.push_text(&mut text, heap)?;
        Ok(text)
    }

    /// Appends the text that JavaScript makes of a value.
    pub(crate) fn push_text(&self, out: &mut String, heap: &Heap<'a>) -> Fallible<()> {
        match self {
            Self::Undefined => out.push_str("undefined"),
            Self::Null => out.push_str("null"),
            other => other.push_shown(out, heap, 0)?,
        }
        Ok(())
    }

    /// Appends what a value looks like in text: nothing for `undefined` and `null`.
    pub(crate) fn push_rendered(&self, out: &mut String, heap: &Heap<'a>) -> Fallible<()> {
        self.push_shown(out, heap, 0)
    }

    fn push_shown(&self, out: &mut String, heap: &Heap<'a>, depth: u32) -> Fallible<()> {
        match self {
            Self::Undefined | Self::Null => {}
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => js::push_number(out, *value),
            Self::Str(text) => js::concat(out, text.as_str()),
            Self::Safe(text) => js::concat(out, text.as_str()),
            Self::Array(array) => {
                if depth >= DEEPEST_VALUE {
                    return Err(too_deep());
                }
                for (index, item) in array.to_vec().iter().enumerate() {
                    heap.charge(1)?;
                    if index > 0 {
                        out.push(',');
                    }
                    item.push_shown(out, heap, depth + 1)?;
                }
            }
            Self::Record(_) => {
                self.refuse_functions(heap)?;
                out.push_str("[object Object]");
            }
            Self::Regex(regex) => out.push_str(&regex.regex.to_string()),
            Self::Callable(_) => return Err(not_text()),
        }
        Ok(())
    }

    /// Fails if the value is, or holds, a function: functions are not to be had as values.
    pub(crate) fn refuse_functions(&self, heap: &Heap<'a>) -> Fallible<()> {
        // Nothing of the context is a function.
        if matches!(self, Self::Callable(_)) {
            return Err(not_text());
        }
        if !matches!(self, Self::Array(_) | Self::Record(Record::Made(_))) {
            return Ok(());
        }
        let mut waiting = vec![self.clone()];
        while let Some(value) = waiting.pop() {
            match &value {
                Self::Callable(_) => return Err(not_text()),
                Self::Array(array) => {
                    if let Some(items) = array.own_items() {
                        heap.charge(items.len() as u64)?;
                        waiting.extend(items);
                    }
                }
                Self::Record(record @ Record::Made(_)) => {
                    heap.charge(record.len() as u64)?;
                    waiting.extend(record.made_values());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The bytes of the strings in a value. Items of lists count as steps.
    pub(crate) fn weight(&self, heap: &Heap<'a>, depth: u32) -> Fallible<usize> {
        if depth > DEEPEST_VALUE {
            return Err(too_deep());
        }
        Ok(match self {
            Self::Str(text) => text.as_str().len(),
            Self::Safe(text) => text.as_str().len(),
            Self::Array(array) => {
                heap.charge(array.len() as u64)?;
                let mut bytes = 0;
                for item in array.own_items().unwrap_or_default() {
                    bytes += item.weight(heap, depth + 1)?;
                }
                bytes
            }
            Self::Record(record) => {
                let mut bytes = 0;
                for value in record.made_values() {
                    heap.charge(1)?;
                    bytes += value.weight(heap, depth + 1)?;
                }
                bytes
            }
            _ => 0,
        })
    }

    /// JavaScript's `==`.
    pub(crate) fn loose_equal(&self, other: &Self, heap: &Heap<'a>) -> Fallible<bool> {
        if strict_equal(self, other) {
            return Ok(true);
        }
        match (self.is_object(), other.is_object()) {
            (true, true) => Ok(false),
            (true, false) => Ok(loose_primitives(&self.to_primitive(heap)?, other)),
            (false, true) => Ok(loose_primitives(self, &other.to_primitive(heap)?)),
            (false, false) => Ok(loose_primitives(self, other)),
        }
    }

    fn is_object(&self) -> bool {
        !matches!(self, Self::Undefined | Self::Null | Self::Bool(_) | Self::Number(_) | Self::Str(_))
    }

    /// The primitive that JavaScript makes of an object: always text.
    pub(crate) fn to_primitive(&self, heap: &Heap<'a>) -> Fallible<Value<'a>> {
        Ok(match self {
            Self::Safe(text) => Self::Str((**text).clone()),
            other if other.is_object() => Self::string(other.to_text(heap)?),
            other => other.clone(),
        })
    }

    /// How two values are ordered, as `<` and `>` see them; `None` when they are not.
    pub(crate) fn order(&self, other: &Self, heap: &Heap<'a>) -> Fallible<Option<Ordering>> {
        if let (Self::Number(left), Self::Number(right)) = (self, other) {
            return Ok(left.partial_cmp(right));
        }
        let (left, right) = (self.to_primitive(heap)?, other.to_primitive(heap)?);
        if let (Self::Str(left), Self::Str(right)) = (&left, &right) {
            return Ok(Some(js::compare_units(left.as_str(), right.as_str())));
        }
        Ok(left.to_number(heap)?.partial_cmp(&right.to_number(heap)?))
    }

    /// JavaScript's `+`.
    pub(crate) fn add(&self, other: &Self, heap: &Heap<'a>) -> Fallible<Value<'a>> {
        if let (Self::Number(left), Self::Number(right)) = (self, other) {
            return Ok(Self::Number(left + right));
        }
        let text = |value: &Self| value.is_object() || matches!(value, Self::Str(_));
        if text(self) || text(other) {
            return self.concat(other, heap);
        }
        Ok(Self::Number(self.to_number(heap)? + other.to_number(heap)?))
    }

    /// The texts of two values, one behind the other.
    pub(crate) fn concat(&self, other: &Self, heap: &Heap<'a>) -> Fallible<Value<'a>> {
        let mut text = String::new();
        self.push_text(&mut text, heap)?;
        if let Some(right) = other.as_text() {
            js::concat(&mut text, right);
        } else {
            let right = other.to_text(heap)?;
            js::concat(&mut text, &right);
        }
        Ok(Self::string(text))
    }
}

/// JavaScript's `===`: primitives by value, objects by identity.
pub(crate) fn strict_equal<'a>(left: &Value<'a>, right: &Value<'a>) -> bool {
    match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left == right,
        (Value::Str(left), Value::Str(right)) => left.as_str() == right.as_str(),
        (Value::Safe(left), Value::Safe(right)) => Rc::ptr_eq(left, right),
        (Value::Array(left), Value::Array(right)) => Rc::ptr_eq(left, right),
        (Value::Record(left), Value::Record(right)) => left.same(right),
        (Value::Regex(left), Value::Regex(right)) => Rc::ptr_eq(left, right),
        (Value::Callable(left), Value::Callable(right)) => Rc::ptr_eq(left, right),
        _ => false,
    }
}

fn loose_primitives(left: &Value<'_>, right: &Value<'_>) -> bool {
    if left.is_nullish() || right.is_nullish() {
        return left.is_nullish() && right.is_nullish();
    }
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => left.as_str() == right.as_str(),
        // Everything else that differs in type is compared as numbers.
        _ => primitive_number(left) == primitive_number(right),
    }
}

fn primitive_number(value: &Value<'_>) -> f64 {
    match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(value) => *value,
        Value::Str(text) => js::parse_number(text.as_str()),
        _ => f64::NAN,
    }
}
