//! Jinja's methods of records, in Cookiecutter templates.

use crate::error::Fallible;
use crate::value::{Heap, Record, Value};

pub(super) fn call<'a>(
    record: &Record<'a>,
    name: &str,
    args: &[Value<'a>],
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let key = || args.first().cloned().unwrap_or_default().to_text(heap);
    Ok(match name {
        "get" => match record.get(&key()?, heap) {
            Some(value) => value,
            None => args.get(1).cloned().unwrap_or_default(),
        },
        "has_key" => Value::Bool(record.has(&key()?)),
        _ => {
            heap.items(record.len())?;
            let entries = record.entries(heap).into_iter().map(|(key, value)| match name {
                "keys" => Value::Str(key),
                "values" => value,
                _ => Value::array(vec![Value::Str(key), value]),
            });
            Value::array(entries.collect())
        }
    })
}
