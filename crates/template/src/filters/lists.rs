//! Filters of lists.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use super::{Arguments, made, records};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::syntax::is_reserved;
use crate::value::{Heap, Kind, Record, Str, Value};

/// The items of a list, or the units of a string.
pub(super) fn sequence<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Option<Vec<Value<'a>>>> {
    Ok(match input {
        Value::Array(array) => Some(array.to_vec()),
        Value::Str(_) | Value::Safe(_) => {
            let text = input.as_text().unwrap_or_default();
            let units: Vec<Value<'a>> =
                js::units(text).map(|unit| Value::string(js::from_units([unit]))).collect();
            heap.items(units.len())?;
            Some(units)
        }
        _ => None,
    })
}

/// The items of a list, the units of a string or what a record has under its indexes.
fn indexed<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Option<Vec<Value<'a>>>> {
    match input {
        Value::Record(record) => records::indexed(record, heap).map(Some),
        other => sequence(other, heap),
    }
}

fn needs_value(input: &Value<'_>) -> Fallible<()> {
    if input.is_nullish() {
        return Err(Fault::evaluation("undefined and null have no items"));
    }
    Ok(())
}

/// A count of parts: a whole number above zero.
fn positive(value: &Value<'_>, number: f64) -> Fallible<usize> {
    crate::value::whole(number.trunc())
        .filter(|count| *count > 0)
        .ok_or_else(|| Fault::evaluation(format!("a number of items above 0 is needed, not {}", Kind(value))))
}

pub(super) fn batch<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    needs_value(input)?;
    let width = positive(&args.get(0), args.get(0).to_number(heap)?)?;
    let Some(values) = indexed(input, heap)? else { return Ok(Value::array(Vec::new())) };
    let mut rows: Vec<Value<'a>> = Vec::new();
    let fill = Some(args.get(1)).filter(Value::is_truthy);
    for chunk in values.chunks(width) {
        let mut row = chunk.to_vec();
        if let Some(fill) = &fill
            && row.len() < width
        {
            heap.items(width)?;
            row.resize(width, fill.clone());
        }
        rows.push(Value::array(row));
    }
    Ok(Value::array(rows))
}

pub(super) fn slice<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let Some(values) = sequence(input, heap)? else {
        return Err(Fault::evaluation(format!("a list or a string is needed, not {}", Kind(input))));
    };
    let count = positive(&args.get(0), args.get(0).to_number(heap)?)?;
    heap.items(count)?;
    let (base, extra) = (values.len() / count, values.len() % count);
    let fill = Some(args.get(1)).filter(Value::is_truthy);
    let text = input.as_text();
    let mut parts = Vec::with_capacity(count);
    let mut offset = 0;
    for index in 0..count {
        let length = base + usize::from(index < extra);
        let fill = fill.as_ref().filter(|_| index >= extra);
        if let Some(text) = text {
            if fill.is_some() {
                return Err(Fault::evaluation("parts of a string cannot be filled up"));
            }
            parts.push(Value::string(js::slice_units(text, offset, offset + length)));
        } else {
            let mut part = values[offset..offset + length].to_vec();
            part.extend(fill.cloned());
            parts.push(Value::array(part));
        }
        offset += length;
    }
    Ok(Value::array(parts))
}

pub(super) fn edge<'a>(input: &Value<'a>, last: bool, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    needs_value(input)?;
    Ok(match input {
        Value::Array(array) if last => array.get(array.len().wrapping_sub(1)).unwrap_or_default(),
        Value::Array(array) => array.get(0).unwrap_or_default(),
        Value::Str(_) | Value::Safe(_) => {
            let text = input.as_text().unwrap_or_default();
            let unit = if last { js::units(text).last() } else { js::units(text).next() };
            unit.map_or(Value::Undefined, |unit| Value::string(js::from_units([unit])))
        }
        Value::Record(record) if last => {
            let length = record.get("length", heap).unwrap_or_default().to_number(heap)?;
            record.get(&js::number_to_string(length - 1.0), heap).unwrap_or_default()
        }
        Value::Record(record) => record.get("0", heap).unwrap_or_default(),
        _ => Value::Undefined,
    })
}

pub(super) fn random<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    needs_value(input)?;
    let values = indexed(input, heap)?.unwrap_or_default();
    if values.is_empty() {
        return Ok(Value::Undefined);
    }
    // Every hasher of the standard library begins with a number of its own.
    let number = RandomState::new().hash_one(values.len());
    let index = usize::try_from(number % values.len() as u64).unwrap_or(0);
    Ok(values[index].clone())
}

pub(super) fn reverse<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    if let Some(text) = input.as_text() {
        let mut units: Vec<u16> = js::units(text).collect();
        units.reverse();
        return super::like(input, js::from_units(units), heap);
    }
    let mut values = match input {
        Value::Record(record) => records::mapped(record, heap)?,
        other => sequence(other, heap)?.unwrap_or_default(),
    };
    values.reverse();
    Ok(Value::array(values))
}

pub(super) fn length<'a>(input: &Value<'a>) -> Value<'a> {
    match input {
        Value::Array(array) => Value::count(array.len()),
        Value::Record(record) => Value::count(record.len()),
        Value::Str(text) => Value::count(js::units_len(text.as_str())),
        Value::Safe(text) => Value::count(js::units_len(text.as_str())),
        Value::Undefined | Value::Null | Value::Bool(false) => Value::Number(0.0),
        _ => Value::Undefined,
    }
}

pub(super) fn list<'a>(input: Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    match &input {
        Value::Array(_) => Ok(input),
        Value::Str(_) | Value::Safe(_) => Ok(Value::array(sequence(&input, heap)?.unwrap_or_default())),
        Value::Record(record) => {
            heap.items(record.len())?;
            let entries = record.entries(heap).into_iter().map(|(key, value)| {
                let entry = [("key".to_owned(), Value::Str(key)), ("value".to_owned(), value)];
                Value::Record(Record::make(entries_of(entry)))
            });
            Ok(Value::array(entries.collect()))
        }
        other => Err(Fault::evaluation(format!("{} cannot become a list", Kind(other)))),
    }
}

fn entries_of<'a, const N: usize>(
    entries: [(String, Value<'a>); N],
) -> indexmap::IndexMap<String, Value<'a>> {
    entries.into_iter().collect()
}

/// The attribute that a filter's argument names, if it names one.
fn attribute<'a>(value: &Value<'a>, heap: &Heap<'a>) -> Fallible<Option<String>> {
    if value.is_truthy() { required_attribute(value, heap).map(Some) } else { Ok(None) }
}

/// The attribute that a filter's argument names.
pub(super) fn required_attribute<'a>(value: &Value<'a>, heap: &Heap<'a>) -> Fallible<String> {
    let key = value.to_text(heap)?;
    if is_reserved(&key) {
        return Err(Fault::evaluation(format!("the attribute {key} is not allowed in templates")));
    }
    Ok(key)
}

/// The items that `join` and `sum` take: those of a list, or an attribute of each.
fn projected<'a>(input: &Value<'a>, attribute: Option<&str>, heap: &Heap<'a>) -> Fallible<Vec<Value<'a>>> {
    let Some(attribute) = attribute else {
        return match input {
            Value::Array(array) => Ok(array.to_vec()),
            other => Err(Fault::evaluation(format!("a list is needed, not {}", Kind(other)))),
        };
    };
    let values = match input {
        Value::Array(_) | Value::Str(_) => sequence(input, heap)?.unwrap_or_default(),
        Value::Record(record) => records::mapped(record, heap)?,
        Value::Safe(text) if !text.as_str().is_empty() => {
            return Err(Fault::evaluation("the items of a safe string have no attributes"));
        }
        _ => Vec::new(),
    };
    values.iter().map(|value| value.attribute(attribute, heap)).collect()
}

pub(super) fn join<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let separator = match args.get(0) {
        separator if separator.is_truthy() => separator.to_text(heap)?,
        _ => String::new(),
    };
    let attribute = attribute(&args.get(1), heap)?;
    let items = projected(input, attribute.as_deref(), heap)?;
    joined(&items, &separator, heap)
}

/// The texts of values with another between them; undefined and null have none.
pub(crate) fn joined<'a>(items: &[Value<'a>], separator: &str, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    heap.charge(items.len() as u64)?;
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            js::concat(&mut text, separator);
        }
        item.push_rendered(&mut text, heap)?;
        if text.len() as u64 > heap.limits.scratch_bytes {
            heap.made(text.len())?;
        }
    }
    made(text, heap)
}

pub(super) fn sum<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let attribute = attribute(&args.get(0), heap)?;
    let mut sum = Value::Number(0.0);
    for item in projected(input, attribute.as_deref(), heap)? {
        sum = sum.add(&item, heap)?;
        heap.made(sum.as_text().map_or(0, str::len))?;
    }
    match args.get(1) {
        Value::Undefined => Value::Number(0.0).add(&sum, heap),
        start => start.add(&sum, heap),
    }
}

pub(super) fn sort<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let values = match input {
        Value::Record(record) => records::mapped(record, heap)?,
        other => sequence(other, heap)?.unwrap_or_default(),
    };
    let reverse = args.get(0).is_truthy();
    let case_sensitive = args.get(1).is_truthy();
    let path = records::attribute_path(&args.get(2), heap)?;
    heap.charge(values.len() as u64)?;
    // JavaScript puts undefined last without asking.
    let (mut values, undefined): (Vec<_>, Vec<_>) =
        values.into_iter().partition(|value| !matches!(value, Value::Undefined));
    js::stable_sort(&mut values, |left, right| {
        let left = records::follow(left, &path, heap)?;
        let right = records::follow(right, &path, heap)?;
        let order = compare(&left, &right, case_sensitive, heap)?;
        Ok::<_, Box<Fault>>(if reverse { order.reverse() } else { order })
    })?;
    values.extend(undefined);
    Ok(Value::array(values))
}

fn compare<'a>(
    left: &Value<'a>,
    right: &Value<'a>,
    case_sensitive: bool,
    heap: &Heap<'a>,
) -> Fallible<Ordering> {
    heap.touch(left.as_text().map_or(0, str::len) + right.as_text().map_or(0, str::len))?;
    if !case_sensitive && let (Some(left), Some(right)) = (left.as_text(), right.as_text()) {
        return Ok(js::compare_units(&left.to_lowercase(), &right.to_lowercase()));
    }
    Ok(left.order(right, heap)?.unwrap_or(Ordering::Equal))
}

/// A string of the template as a value.
pub(super) fn key_value<'a>(key: Str<'a>, value: Value<'a>) -> Value<'a> {
    Value::array(vec![Value::Str(key), value])
}
