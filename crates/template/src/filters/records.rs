//! Filters of records, and records that are used like lists.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::Arguments;
use super::lists::{key_value, required_attribute, sequence};
use crate::error::{Fallible, Fault, Limit};
use crate::js;
use crate::syntax::is_reserved;
use crate::value::{Heap, Kind, Record, Value, strict_equal};

/// What a record has under its indexes, as many as its length says.
pub(super) fn indexed<'a>(record: &Record<'a>, heap: &Heap<'a>) -> Fallible<Vec<Value<'a>>> {
    let length = record.get("length", heap).unwrap_or_default().to_number(heap)?;
    let count = if length.is_nan() || length <= 0.0 { 0.0 } else { length.ceil() };
    numbered(record, count, heap)
}

fn numbered<'a>(record: &Record<'a>, count: f64, heap: &Heap<'a>) -> Fallible<Vec<Value<'a>>> {
    let Some(count) = crate::value::whole(count).filter(|count| *count as u64 <= heap.limits.work_units)
    else {
        return Err(Fault::limit(Limit::WorkUnits));
    };
    heap.items(count)?;
    Ok((0..count).map(|index| record.get(&index.to_string(), heap).unwrap_or_default()).collect())
}

/// The same, for what JavaScript makes a list of first: the length must be one that a list can have.
pub(super) fn mapped<'a>(record: &Record<'a>, heap: &Heap<'a>) -> Fallible<Vec<Value<'a>>> {
    if let Some(Value::Number(length)) = record.get("length", heap)
        && !length.is_nan()
        && (length.fract() != 0.0 || !(0.0..=4_294_967_295.0).contains(&length))
    {
        return Err(Fault::evaluation("the length of the record is no length of a list"));
    }
    indexed(record, heap)
}

/// The same, without the indexes that the record lacks.
pub(super) fn present<'a>(record: &Record<'a>, heap: &Heap<'a>) -> Fallible<Vec<Value<'a>>> {
    let length = record.get("length", heap).unwrap_or_default().to_number(heap)?;
    let count =
        if length.is_nan() || length <= 0.0 { 0.0 } else { length.floor().min(9_007_199_254_740_991.0) };
    let Some(count) = crate::value::whole(count).filter(|count| *count as u64 <= heap.limits.work_units)
    else {
        return Err(Fault::limit(Limit::WorkUnits));
    };
    heap.items(count)?;
    Ok((0..count).filter_map(|index| record.get(&index.to_string(), heap)).collect())
}

/// The attributes, one in the other, that a filter's argument names.
pub(super) fn attribute_path<'a>(value: &Value<'a>, heap: &Heap<'a>) -> Fallible<Vec<String>> {
    let path = match value {
        value if !value.is_truthy() => return Ok(Vec::new()),
        Value::Str(path) => path.as_str().split('.').map(str::to_owned).collect(),
        other => vec![required_attribute(other, heap)?],
    };
    for part in &path {
        if is_reserved(part) {
            return Err(Fault::evaluation(format!("the attribute {part} is not allowed in templates")));
        }
    }
    Ok(path)
}

/// Follows attributes; undefined where one is missing.
pub(super) fn follow<'a>(value: &Value<'a>, path: &[String], heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let mut current = value.clone();
    for part in path {
        if current.is_nullish() {
            return Err(Fault::evaluation(format!("undefined or null has no attribute {part}")));
        }
        if !current.has_member(part) {
            return Ok(Value::Undefined);
        }
        current = current.member(part, heap);
    }
    Ok(current)
}

pub(super) fn dictsort<'a>(
    input: &Value<'a>,
    args: Arguments<'_, 'a>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let Value::Record(record) = input else {
        return Err(Fault::evaluation(format!("a record is needed, not {}", Kind(input))));
    };
    let case_sensitive = args.get(0).is_truthy();
    let by_value = match args.get(1) {
        Value::Undefined => false,
        Value::Str(by) if by.as_str() == "key" => false,
        Value::Str(by) if by.as_str() == "value" => true,
        _ => return Err(Fault::evaluation("a record can be sorted by \"key\" or \"value\"")),
    };
    let mut entries = record.entries(heap);
    heap.items(entries.len())?;
    let fold = |value: &Value<'a>| match value.as_text() {
        Some(text) if !case_sensitive => Value::string(text.to_uppercase()),
        _ => value.clone(),
    };
    js::stable_sort(&mut entries, |left, right| {
        let pick = |entry: &(crate::value::Str<'a>, Value<'a>)| {
            fold(&if by_value { entry.1.clone() } else { Value::Str(entry.0.clone()) })
        };
        let (left, right) = (pick(left), pick(right));
        Ok::<_, Box<Fault>>(match left.order(&right, heap)? {
            Some(Ordering::Greater) => Ordering::Greater,
            _ if strict_equal(&left, &right) => Ordering::Equal,
            _ => Ordering::Less,
        })
    })?;
    Ok(Value::array(entries.into_iter().map(|(key, value)| key_value(key, value)).collect()))
}

pub(super) fn groupby<'a>(
    input: &Value<'a>,
    args: Arguments<'_, 'a>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    if input.is_nullish() {
        return Err(Fault::evaluation("undefined and null have no items"));
    }
    let values = match input {
        Value::Record(record) => Some(indexed(record, heap)?),
        other => sequence(other, heap)?,
    };
    let Some(values) = values else { return Ok(Value::Record(Record::make(IndexMap::new()))) };
    let path = attribute_path(&args.get(0), heap)?;
    let mut groups: IndexMap<String, Vec<Value<'a>>> = IndexMap::new();
    for value in values {
        let key = follow(&value, &path, heap)?.to_text(heap)?;
        if is_reserved(&key) {
            return Err(Fault::evaluation(format!("a record cannot have the key {key}")));
        }
        groups.entry(key).or_default().push(value);
    }
    let groups = groups.into_iter().map(|(key, values)| (key, Value::array(values)));
    Ok(Value::Record(Record::make(groups.collect())))
}
