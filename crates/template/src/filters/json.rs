//! The filter `dump`: `JSON.stringify`.

use super::{Arguments, made};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::value::{DEEPEST_VALUE, Heap, Value};

pub(super) fn dump<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    if matches!(input, Value::Undefined) {
        return Ok(Value::Undefined);
    }
    let indentation = match args.get(0) {
        Value::Str(text) => js::slice_units(text.as_str(), 0, 10),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 10")]
        Value::Number(number) if number > 0.0 => " ".repeat(number.min(10.0) as usize),
        _ => String::new(),
    };
    let mut writer = Writer { out: String::new(), indentation, heap };
    writer.value(input, 0)?;
    made(writer.out, heap)
}

struct Writer<'w, 'a> {
    out: String,
    indentation: String,
    heap: &'w Heap<'a>,
}

impl<'a> Writer<'_, 'a> {
    fn value(&mut self, value: &Value<'a>, depth: u32) -> Fallible<()> {
        self.heap.charge(1)?;
        if depth > DEEPEST_VALUE {
            return Err(Fault::evaluation("the value is nested too deeply"));
        }
        match value {
            Value::Undefined | Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) if !value.is_finite() => self.out.push_str("null"),
            Value::Number(value) => js::push_number(&mut self.out, *value),
            Value::Str(text) => js::push_json_string(&mut self.out, text.as_str()),
            Value::Safe(text) => js::push_json_string(&mut self.out, text.as_str()),
            Value::Regex(_) => self.out.push_str("{}"),
            Value::Callable(_) => return Err(Fault::evaluation("a function cannot be written as JSON")),
            Value::Array(array) => {
                let items = array.to_vec();
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.value(item, depth + 1)?;
                }
                self.end(items.is_empty(), depth, ']');
            }
            Value::Record(record) => {
                self.out.push('{');
                let mut written = 0;
                for (key, item) in record.entries(self.heap) {
                    if matches!(item, Value::Undefined) {
                        continue;
                    }
                    self.separate(written, depth + 1);
                    js::push_json_string(&mut self.out, key.as_str());
                    self.out.push_str(if self.indentation.is_empty() { ":" } else { ": " });
                    self.value(&item, depth + 1)?;
                    written += 1;
                }
                self.end(written == 0, depth, '}');
            }
        }
        if self.out.len() as u64 > self.heap.limits.scratch_bytes {
            self.heap.made(self.out.len())?;
        }
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: u32) {
        if index > 0 {
            self.out.push(',');
        }
        self.line(depth);
    }

    fn end(&mut self, empty: bool, depth: u32, bracket: char) {
        if !empty {
            self.line(depth);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, depth: u32) {
        if !self.indentation.is_empty() {
            self.out.push('\n');
            for _ in 0..depth {
                self.out.push_str(&self.indentation);
            }
        }
    }
}
