//! Records: those of the context stay where they are, those that a template makes are its own. Neither can change.

use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::array::take_apart;
use super::{Heap, Str, Value};
use crate::js;

/// A record that was made while rendering.
#[derive(Debug, Default)]
pub(crate) struct Made<'a> {
    entries: IndexMap<String, Value<'a>>,
    depth: u32,
}

impl<'a> Made<'a> {
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// The values, so that they can be taken apart.
    pub(super) fn take(&mut self) -> Vec<Value<'a>> {
        std::mem::take(&mut self.entries).into_values().collect()
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        let mut waiting = self.take();
        while let Some(value) = waiting.pop() {
            take_apart(value, &mut waiting);
        }
    }
}

/// The record `loop` of one round of a loop.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    pub(crate) index: usize,
    /// The length as a number, and as the value it was.
    pub(crate) count: f64,
    pub(crate) length: Value<'a>,
}

impl<'a> Round<'a> {
    const NAMES: [&'static str; 7] = ["index", "index0", "revindex", "revindex0", "first", "last", "length"];

    #[expect(clippy::cast_precision_loss, reason = "the number of rounds is bounded")]
    fn get(&self, key: &str) -> Option<Value<'a>> {
        let index = self.index as f64;
        Some(match key {
            "index" => Value::Number(index + 1.0),
            "index0" => Value::Number(index),
            "revindex" => Value::Number(self.count - index),
            "revindex0" => Value::Number(self.count - index - 1.0),
            "first" => Value::Bool(self.index == 0),
            "last" => Value::Bool(index == self.count - 1.0),
            "length" => self.length.clone(),
            _ => return None,
        })
    }
}

/// A record.
#[derive(Debug, Clone)]
pub(crate) enum Record<'a> {
    Json(&'a Map<String, Json>),
    Made(Rc<Made<'a>>),
    Round(Rc<Round<'a>>),
}

impl<'a> Record<'a> {
    /// Makes a record; its keys come into JavaScript's order.
    pub(crate) fn make(entries: IndexMap<String, Value<'a>>) -> Self {
        let mut entries = entries;
        js::order_keys(&mut entries);
        let depth = 1 + entries.values().map(Value::depth).max().unwrap_or(0);
        Self::Made(Rc::new(Made { entries, depth }))
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json(entries) => entries.len(),
            Self::Made(made) => made.entries.len(),
            Self::Round(_) => Round::NAMES.len(),
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        match self {
            Self::Json(entries) => entries.contains_key(key),
            Self::Made(made) => made.entries.contains_key(key),
            Self::Round(_) => Round::NAMES.contains(&key),
        }
    }

    /// The members in JavaScript's order.
    pub(crate) fn entries(&self, heap: &Heap<'a>) -> Vec<(Str<'a>, Value<'a>)> {
        match self {
            Self::Json(entries) => js::ordered(entries)
                .map(|(key, value)| (Str::Borrowed(key.as_str()), heap.wrap(value)))
                .collect(),
            Self::Made(made) => {
                made.entries.iter().map(|(key, value)| (Str::from(key.clone()), value.clone())).collect()
            }
            Self::Round(round) => Round::NAMES
                .iter()
                .filter_map(|name| round.get(name).map(|value| (Str::Borrowed(name), value)))
                .collect(),
        }
    }

    pub(crate) fn get(&self, key: &str, heap: &Heap<'a>) -> Option<Value<'a>> {
        match self {
            Self::Json(entries) => entries.get(key).map(|value| heap.wrap(value)),
            Self::Made(made) => made.entries.get(key).cloned(),
            Self::Round(round) => round.get(key),
        }
    }

    /// The values of a record that was made while rendering.
    pub(super) fn made_values(&self) -> Vec<Value<'a>> {
        match self {
            Self::Json(_) | Self::Round(_) => Vec::new(),
            Self::Made(made) => made.entries.values().cloned().collect(),
        }
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(left), Self::Json(right)) => std::ptr::eq(*left, *right),
            (Self::Made(left), Self::Made(right)) => Rc::ptr_eq(left, right),
            (Self::Round(left), Self::Round(right)) => Rc::ptr_eq(left, right),
            _ => false,
        }
    }
}
