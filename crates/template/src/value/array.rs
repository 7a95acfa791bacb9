//! Lists. One of the context is looked into where it lies, and copied once it is used item by item.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::Value as Json;

use super::{Record, Value};

#[derive(Debug)]
enum Items<'a> {
    Json(&'a [Json]),
    Own(Vec<Value<'a>>),
}

/// A list that templates can change.
#[derive(Debug)]
pub(crate) struct Array<'a> {
    items: RefCell<Items<'a>>,
    depth: Cell<u32>,
}

fn depth_of(items: &[Value<'_>]) -> u32 {
    1 + items.iter().map(Value::depth).max().unwrap_or(0)
}

impl<'a> Array<'a> {
    pub(crate) fn new(items: Vec<Value<'a>>) -> Self {
        let depth = Cell::new(depth_of(&items));
        Self { items: RefCell::new(Items::Own(items)), depth }
    }

    pub(crate) fn of_json(items: &'a [Json]) -> Self {
        Self { items: RefCell::new(Items::Json(items)), depth: Cell::new(1) }
    }

    pub(super) fn depth(&self) -> u32 {
        self.depth.get()
    }

    pub(crate) fn len(&self) -> usize {
        match &*self.items.borrow() {
            Items::Json(items) => items.len(),
            Items::Own(items) => items.len(),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Value<'a>> {
        self.own();
        match &*self.items.borrow() {
            Items::Json(_) => None,
            Items::Own(items) => items.get(index).cloned(),
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<Value<'a>> {
        self.own();
        match &*self.items.borrow() {
            Items::Json(_) => Vec::new(),
            Items::Own(items) => items.clone(),
        }
    }

    /// The items, if they are not as they lie in the context.
    pub(super) fn own_items(&self) -> Option<Vec<Value<'a>>> {
        match &*self.items.borrow() {
            Items::Json(_) => None,
            Items::Own(items) => Some(items.clone()),
        }
    }

    /// Puts other items in the place of all that are there.
    pub(crate) fn replace(&self, items: Vec<Value<'a>>) {
        self.depth.set(depth_of(&items));
        *self.items.borrow_mut() = Items::Own(items);
    }

    fn own(&self) {
        let json = match &*self.items.borrow() {
            Items::Json(items) => *items,
            Items::Own(_) => return,
        };
        let own = json.iter().map(Value::of_json_item).collect();
        *self.items.borrow_mut() = Items::Own(own);
    }
}

impl Drop for Array<'_> {
    /// Lists in lists are taken apart one after the other: a template can nest them deeper than the stack is.
    fn drop(&mut self) {
        let Items::Own(items) = self.items.get_mut() else { return };
        let nested = |value: &Value<'_>| matches!(value, Value::Array(_) | Value::Record(Record::Made(_)));
        if !items.iter().any(nested) {
            return;
        }
        let mut waiting = std::mem::take(items);
        while let Some(value) = waiting.pop() {
            take_apart(value, &mut waiting);
        }
    }
}

/// Moves what a value holds, if nobody else holds the value.
pub(super) fn take_apart<'a>(value: Value<'a>, waiting: &mut Vec<Value<'a>>) {
    match value {
        Value::Array(array) => {
            if let Some(mut array) = Rc::into_inner(array)
                && let Items::Own(items) = array.items.get_mut()
            {
                waiting.append(items);
            }
        }
        Value::Record(Record::Made(record)) => {
            if let Some(mut record) = Rc::into_inner(record) {
                waiting.extend(record.take());
            }
        }
        _ => {}
    }
}
