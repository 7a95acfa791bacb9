//! Values from JSON and from the host, and back.

use indexmap::IndexMap;
use serde_json::Value as Json;
use std::rc::Rc;

use super::{Array, DEEPEST_VALUE, Heap, Record, Str, Value};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::native::Native;

impl<'a> Value<'a> {
    /// A value of the context that is an item of a list: each item is made into a value once.
    pub(super) fn of_json_item(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(value) => Self::Number(js::json_number(value)),
            Json::String(text) => Self::Str(Str::Borrowed(text)),
            Json::Array(items) => Self::Array(Rc::new(Array::of_json(items))),
            Json::Object(entries) => Self::Record(Record::Json(entries)),
        }
    }

    /// A value that the host gave.
    pub(crate) fn of_native(native: Native) -> Self {
        match native {
            Native::Undefined => Self::Undefined,
            Native::Null => Self::Null,
            Native::Bool(value) => Self::Bool(value),
            Native::Number(value) => Self::Number(value),
            Native::String(text) => Self::string(text),
            Native::Array(items) => Self::array(items.into_iter().map(Self::of_native).collect()),
            Native::Object(entries) => {
                let entries = entries.into_iter().map(|(key, value)| (key, Self::of_native(value)));
                Self::Record(Record::make(entries.collect::<IndexMap<_, _>>()))
            }
        }
    }

    /// The value as it leaves the engine. Functions do not.
    pub(crate) fn to_native(&self, heap: &Heap<'a>) -> Fallible<Native> {
        self.leave(heap, 0)
    }

    fn leave(&self, heap: &Heap<'a>, depth: u32) -> Fallible<Native> {
        heap.charge(1)?;
        if depth > DEEPEST_VALUE {
            return Err(Fault::evaluation("the value is nested too deeply"));
        }
        Ok(match self {
            Self::Undefined => Native::Undefined,
            Self::Null => Native::Null,
            Self::Bool(value) => Native::Bool(*value),
            Self::Number(value) => Native::Number(*value),
            Self::Str(text) => Native::String(js::repair(text.as_str().to_owned())),
            Self::Safe(text) => Native::String(js::repair(text.as_str().to_owned())),
            Self::Array(array) => {
                let items = array.to_vec();
                let items = items.iter().map(|item| {
                    item.leave(heap, depth + 1).map(|item| match item {
                        Native::Undefined => Native::Null,
                        item => item,
                    })
                });
                Native::Array(items.collect::<Fallible<_>>()?)
            }
            Self::Record(Record::Json(entries)) if !heap.has_seen_lists() => Native::Object(
                js::ordered(entries).map(|(key, value)| (key.clone(), Native::from(value))).collect(),
            ),
            Self::Record(record) => {
                let mut entries = IndexMap::with_capacity(record.len());
                for (key, value) in record.entries(heap) {
                    let value = value.leave(heap, depth + 1)?;
                    if value != Native::Undefined {
                        entries.insert(js::repair(key.as_str().to_owned()), value);
                    }
                }
                Native::Object(entries)
            }
            Self::Regex(regex) => Native::String(regex.regex.to_string()),
            Self::Callable(_) => {
                return Err(Fault::evaluation("a function is not a value; call it with parentheses"));
            }
        })
    }
}
