//! Methods of lists, those that change them included.

use std::cmp::Ordering;
use std::rc::Rc;

use super::{integer, optional, relative};
use crate::error::{Fallible, Fault};
use crate::filters::joined;
use crate::js;
use crate::value::{Array, DEEPEST_VALUE, Heap, Record, Value, strict_equal, whole};

pub(super) fn call<'a>(
    array: &Rc<Array<'a>>,
    name: &str,
    args: &[Value<'a>],
    heap: &Heap<'a>,
    cookiecutter: bool,
) -> Fallible<Value<'a>> {
    let mut items = array.to_vec();
    heap.touch(items.len() * 8)?;
    let first = args.first().cloned().unwrap_or_default();
    match name {
        "at" => {
            let index = integer(&first, heap)?;
            Ok(existing(index, items.len()).map(|index| items[index].clone()).unwrap_or_default())
        }
        "includes" | "indexOf" | "index" | "find" | "count" | "lastIndexOf" => {
            search(&items, name, args, heap)
        }
        "join" => match first {
            Value::Undefined => joined(&items, ",", heap),
            separator => joined(&items, &separator.to_text(heap)?, heap),
        },
        "slice" => {
            let start = optional(args.first(), heap)?.map_or(0, |index| relative(index, items.len()));
            let end = optional(args.get(1), heap)?.map_or(items.len(), |index| relative(index, items.len()));
            Ok(Value::array(items.get(start..end).unwrap_or_default().to_vec()))
        }
        "concat" => {
            for value in args {
                match value {
                    Value::Array(other) => items.extend(other.to_vec()),
                    other => items.push(other.clone()),
                }
                heap.items(items.len())?;
            }
            Ok(Value::array(items))
        }
        "flat" => {
            let depth = optional(args.first(), heap)?.unwrap_or(1.0);
            let mut flat = Vec::new();
            flatten(&mut flat, items, depth, 0, heap)?;
            Ok(Value::array(flat))
        }
        _ => {
            for value in args {
                refuse_cycle(array, value, heap)?;
            }
            let result = change(array, &mut items, name, args, heap, cookiecutter)?;
            heap.items(items.len())?;
            array.replace(items);
            Value::Array(Rc::clone(array)).check_depth()?;
            Ok(result)
        }
    }
}

/// The index of an item that is there; negative ones count from the end.
#[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
fn existing(index: f64, length: usize) -> Option<usize> {
    whole(if index < 0.0 { length as f64 + index } else { index }).filter(|index| *index < length)
}

fn search<'a>(items: &[Value<'a>], name: &str, args: &[Value<'a>], heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let wanted = args.first().cloned().unwrap_or_default();
    let from = optional(args.get(1), heap)?;
    let start = from.map_or(0, |index| relative(index, items.len()));
    let same = |item: &Value<'a>| strict_equal(item, &wanted);
    let index = |found: Option<usize>| found.map_or(Value::Number(-1.0), Value::count);
    Ok(match name {
        "includes" => {
            let nan = matches!(wanted, Value::Number(number) if number.is_nan());
            let is_nan = |item: &Value<'a>| matches!(item, Value::Number(number) if number.is_nan());
            Value::Bool(items[start..].iter().any(|item| same(item) || nan && is_nan(item)))
        }
        "count" => {
            heap.charge(items.len() as u64)?;
            Value::count(items.iter().filter(|item| same(item)).count())
        }
        "lastIndexOf" => {
            let end = match from {
                None => items.len(),
                #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
                Some(from) if from < 0.0 && -from > items.len() as f64 => 0,
                Some(from) => (relative(from, items.len()) + 1).min(items.len()),
            };
            index(items[..end].iter().rposition(same))
        }
        _ => index(items[start..].iter().position(same).map(|found| found + start)),
    })
}

fn flatten<'a>(
    flat: &mut Vec<Value<'a>>,
    items: Vec<Value<'a>>,
    depth: f64,
    level: u32,
    heap: &Heap<'a>,
) -> Fallible<()> {
    if level > DEEPEST_VALUE {
        return Err(Fault::evaluation("the list is nested too deeply"));
    }
    for item in items {
        heap.charge(1)?;
        match &item {
            Value::Array(array) if depth >= 1.0 => {
                flatten(flat, array.to_vec(), depth - 1.0, level + 1, heap)?
            }
            _ => flat.push(item),
        }
        if flat.len() > heap.limits.list_items {
            heap.items(flat.len())?;
        }
    }
    Ok(())
}

/// Methods that change the list: what they return, and the items as they are then.
fn change<'a>(
    array: &Rc<Array<'a>>,
    items: &mut Vec<Value<'a>>,
    name: &str,
    args: &[Value<'a>],
    heap: &Heap<'a>,
    cookiecutter: bool,
) -> Fallible<Value<'a>> {
    let first = args.first().cloned().unwrap_or_default();
    let itself = || Value::Array(Rc::clone(array));
    let length = items.len();
    Ok(match name {
        "push" | "append" => {
            items.extend_from_slice(args);
            Value::count(items.len())
        }
        "unshift" => {
            items.splice(0..0, args.iter().cloned());
            Value::count(items.len())
        }
        "pop" if cookiecutter && !matches!(first, Value::Undefined) => {
            match existing(integer(&first, heap)?, length) {
                Some(index) => items.remove(index),
                None => Value::Undefined,
            }
        }
        "pop" => items.pop().unwrap_or_default(),
        "shift" if items.is_empty() => Value::Undefined,
        "shift" => items.remove(0),
        "reverse" => {
            items.reverse();
            itself()
        }
        "sort" => {
            sort(items, heap)?;
            itself()
        }
        "fill" => {
            let start = optional(args.get(1), heap)?.map_or(0, |index| relative(index, length));
            let end = optional(args.get(2), heap)?.map_or(length, |index| relative(index, length));
            for item in items.get_mut(start..end).unwrap_or_default() {
                *item = first.clone();
            }
            itself()
        }
        "copyWithin" => {
            let target = relative(integer(&first, heap)?, length);
            let start = optional(args.get(1), heap)?.map_or(0, |index| relative(index, length));
            let end = optional(args.get(2), heap)?.map_or(length, |index| relative(index, length));
            let copied = items.get(start..end).unwrap_or_default().to_vec();
            for (item, value) in items[target..].iter_mut().zip(copied) {
                *item = value;
            }
            itself()
        }
        "insert" => {
            let index = relative(integer(&first, heap)?, length);
            items.insert(index, args.get(1).cloned().unwrap_or_default());
            Value::array(Vec::new())
        }
        "remove" => match items.iter().position(|item| strict_equal(item, &first)) {
            Some(index) => Value::array(vec![items.remove(index)]),
            None => Value::array(Vec::new()),
        },
        // splice
        _ => {
            if matches!(first, Value::Undefined) {
                return Ok(Value::array(Vec::new()));
            }
            let start = relative(integer(&first, heap)?, length);
            let count = match args.get(1) {
                None | Some(Value::Undefined) => length - start,
                Some(count) => super::clamp(integer(count, heap)?, length - start),
            };
            let added = args.get(2..).unwrap_or_default().to_vec();
            Value::array(items.splice(start..start + count, added).collect())
        }
    })
}

/// Sorts by text, undefined last.
fn sort<'a>(items: &mut Vec<Value<'a>>, heap: &Heap<'a>) -> Fallible<()> {
    let mut texts = Vec::with_capacity(items.len());
    let mut undefined = Vec::new();
    for item in items.drain(..) {
        if matches!(item, Value::Undefined) {
            undefined.push(item);
        } else {
            texts.push((item.to_text(heap)?, item));
        }
    }
    js::stable_sort(&mut texts, |left, right| {
        Ok::<Ordering, Box<Fault>>(js::compare_units(&left.0, &right.0))
    })?;
    items.extend(texts.into_iter().map(|(_, item)| item));
    items.append(&mut undefined);
    Ok(())
}

/// Fails if a list would come to hold itself.
fn refuse_cycle<'a>(array: &Rc<Array<'a>>, value: &Value<'a>, heap: &Heap<'a>) -> Fallible<()> {
    let mut waiting = vec![value.clone()];
    while let Some(value) = waiting.pop() {
        match &value {
            Value::Array(found) => {
                if Rc::ptr_eq(found, array) {
                    return Err(Fault::evaluation("a list cannot hold itself"));
                }
                heap.charge(found.len() as u64)?;
                waiting.extend(found.to_vec());
            }
            Value::Record(record @ Record::Made(_)) => {
                heap.charge(record.len() as u64)?;
                waiting.extend(record.entries(heap).into_iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    Ok(())
}
