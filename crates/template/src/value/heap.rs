//! What one render has used of its bounds, and the lists of the context that it has seen.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::{Array, Record, Str, Value};
use crate::error::{Fallible, Fault, Limit};
use crate::js;
use crate::options::Limits;

/// The state of one render that all its steps share.
#[derive(Debug)]
pub(crate) struct Heap<'a> {
    pub(crate) limits: &'a Limits,
    /// The lists of the context by their address: a list is the same, and is changed, wherever it is met.
    arrays: RefCell<HashMap<usize, Rc<Array<'a>>>>,
    work: Cell<u64>,
    touched: Cell<u64>,
    output: Cell<u64>,
    calls: Cell<u32>,
    regex_steps: Cell<u64>,
}

impl<'a> Heap<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            arrays: RefCell::default(),
            work: Cell::new(0),
            touched: Cell::new(0),
            output: Cell::new(0),
            calls: Cell::new(0),
            regex_steps: Cell::new(limits.regex_steps),
        }
    }

    /// The value of a part of the context.
    pub(crate) fn wrap(&self, json: &'a Json) -> Value<'a> {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(value) => Value::Number(js::json_number(value)),
            Json::String(text) => Value::Str(Str::Borrowed(text)),
            Json::Object(entries) => Value::Record(Record::Json(entries)),
            Json::Array(items) => {
                let address = std::ptr::from_ref(items).addr();
                let array = Rc::clone(
                    self.arrays.borrow_mut().entry(address).or_insert_with(|| Rc::new(Array::of_json(items))),
                );
                Value::Array(array)
            }
        }
    }

    /// Has a list of the context been met, so that it may have been changed?
    pub(super) fn has_seen_lists(&self) -> bool {
        !self.arrays.borrow().is_empty()
    }

    /// Counts steps.
    pub(crate) fn charge(&self, steps: u64) -> Fallible<()> {
        let work = self.work.get().saturating_add(steps);
        self.work.set(work);
        if work > self.limits.work_units { Err(Fault::limit(Limit::WorkUnits)) } else { Ok(()) }
    }

    /// Counts bytes of strings that are read or written.
    pub(crate) fn touch(&self, bytes: usize) -> Fallible<()> {
        let touched = self.touched.get().saturating_add(bytes as u64);
        self.touched.set(touched);
        if touched > self.limits.touched_bytes { Err(Fault::limit(Limit::WorkUnits)) } else { Ok(()) }
    }

    /// Checks the size of a string that is made, and counts it.
    pub(crate) fn made(&self, bytes: usize) -> Fallible<()> {
        if bytes as u64 > self.limits.scratch_bytes {
            return Err(Fault::limit(Limit::ScratchBytes));
        }
        self.touch(bytes)
    }

    /// Counts what is put out.
    pub(crate) fn put_out(&self, text: &str) -> Fallible<()> {
        let output = self.output.get().saturating_add(js::units_len(text) as u64);
        self.output.set(output);
        if output > self.limits.output_code_units {
            Err(Fault::limit(Limit::OutputCodeUnits))
        } else {
            Ok(())
        }
    }

    /// Counts a call of the host.
    pub(crate) fn call_host(&self) -> Fallible<()> {
        self.calls.set(self.calls.get().saturating_add(1));
        if self.calls.get() > self.limits.capability_calls {
            return Err(Fault::limit(Limit::CapabilityCalls));
        }
        Ok(())
    }

    /// Checks the length of a list that is made, and counts its items.
    pub(crate) fn items(&self, count: usize) -> Fallible<()> {
        if count > self.limits.list_items {
            return Err(Fault::evaluation(format!(
                "a list may have {} items at most",
                self.limits.list_items
            )));
        }
        self.charge(count as u64)
    }

    /// Runs a regular expression with the steps that are left.
    pub(crate) fn search<T>(
        &self,
        run: impl FnOnce(&mut u64) -> Result<T, crate::regex::OutOfSteps>,
    ) -> Fallible<T> {
        let mut steps = self.regex_steps.get();
        let result = run(&mut steps);
        self.regex_steps.set(steps);
        result.map_err(|_| Fault::limit(Limit::WorkUnits))
    }
}
