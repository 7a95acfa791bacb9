//! Expressions.

use std::cell::Cell;
use std::cmp::Ordering;
use std::rc::Rc;

use indexmap::IndexMap;

use super::{Evaluator, Place};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::methods;
use crate::syntax::{Binary, Expr, ExprId, Run, Text, is_reserved};
use crate::value::{Callable, Kind, Record, RegexValue, Str, Value, strict_equal};

impl<'a> Evaluator<'a> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, id: ExprId, place: Place, depth: u32) -> Fallible<Value<'a>> {
        let node = self.program.node(id);
        let result = match self.charge(depth) {
            Ok(()) => self.expr(node.expr, place, depth),
            Err(fault) => Err(fault),
        };
        result.map_err(|fault| fault.at(node.offset))
    }

    fn expr(&mut self, expr: Expr, place: Place, depth: u32) -> Fallible<Value<'a>> {
        match expr {
            Expr::Null => Ok(Value::Null),
            Expr::Bool(value) => Ok(Value::Bool(value)),
            Expr::Number(value) => Ok(Value::Number(value)),
            Expr::Text(text) => Ok(Value::Str(Str::Borrowed(self.name(text)))),
            Expr::Name { slot: Some(slot), .. } => Ok(self.slot(place.frame, slot)),
            Expr::Name { name, slot: None } => Ok(self.named(name, place)),
            Expr::Member { target, key } => {
                let target = self.eval(target, place, depth + 1)?;
                self.charge(depth + 1)?;
                Ok(self.look_up(&target, self.name(key)))
            }
            Expr::Not(target) => Ok(Value::Bool(!self.eval(target, place, depth + 1)?.is_truthy())),
            Expr::Or(left, right) => {
                let left = self.eval(left, place, depth + 1)?;
                if left.is_truthy() { Ok(left) } else { self.eval(right, place, depth + 1) }
            }
            Expr::And(left, right) => {
                let left = self.eval(left, place, depth + 1)?;
                if left.is_truthy() { self.eval(right, place, depth + 1) } else { Ok(left) }
            }
            Expr::InlineIf { cond, body, otherwise } => {
                if self.eval(cond, place, depth + 1)?.is_truthy() {
                    return self.eval(body, place, depth + 1);
                }
                match otherwise {
                    Some(otherwise) => self.eval(otherwise, place, depth + 1),
                    None => Ok(Value::Str(Str::Borrowed(""))),
                }
            }
            Expr::Binary { op, left, right } => self.binary(op, left, right, place, depth + 1),
            Expr::Filter(index) => self.filter(index, place, depth + 1),
            Expr::Call { target, args } => self.call(target, args, place, depth + 1),
            Expr::Is(index) => self.is(index, place, depth + 1),
            other => self.rare(other, place, depth),
        }
    }

    #[inline(never)]
    fn rare(&mut self, expr: Expr, place: Place, depth: u32) -> Fallible<Value<'a>> {
        let program = self.program;
        match expr {
            Expr::Regex(index) => Ok(Value::Regex(Rc::new(RegexValue {
                regex: &program.regexes[index as usize],
                last_index: Cell::new(0),
            }))),
            Expr::Array(items) => {
                let items = self.eval_all(program.list(items), place, depth + 1)?;
                Value::array(items).check_depth()
            }
            Expr::Group(items) => self.group(items, place, depth),
            Expr::Dict(pairs) => self.dictionary(pairs, place, depth),
            Expr::Index { target, key } => {
                let target = self.eval(target, place, depth + 1)?;
                let key = self.eval(key, place, depth + 1)?;
                self.index(&target, &key)
            }
            Expr::Slice { target, bounds } => {
                let target = self.eval(target, place, depth + 1)?;
                self.slice(target, bounds, place, depth + 1)
            }
            Expr::Neg(target) => {
                let value = self.eval(target, place, depth + 1)?;
                Ok(Value::Number(-value.to_number(&self.heap)?))
            }
            Expr::Pos(target) => {
                let value = self.eval(target, place, depth + 1)?;
                Ok(Value::Number(value.to_number(&self.heap)?))
            }
            Expr::Floor(target) => {
                let value = self.eval(target, place, depth + 1)?;
                Ok(Value::Number(value.to_number(&self.heap)?.floor()))
            }
            Expr::In(left, right) => {
                let needle = self.eval(left, place, depth + 1)?;
                let container = self.eval(right, place, depth + 1)?;
                self.contains(&container, &needle).map(Value::Bool)
            }
            Expr::Capture(body) => {
                let scope = self.new_scope(place.scope, false);
                let text = self.capture(body, Place { scope, ..place }, depth + 1)?;
                Ok(Value::string(text))
            }
            _ => Ok(Value::Undefined),
        }
    }

    /// A variable, a value or function of the host, or a built-in function.
    fn named(&mut self, name: Text, place: Place) -> Value<'a> {
        let name = self.name(name);
        if let Some(value) = self.variable(place.scope, name) {
            return value;
        }
        if self.program.cookiecutter {
            match name {
                "True" => return Value::Bool(true),
                "False" => return Value::Bool(false),
                "None" => return Value::Null,
                _ => {}
            }
        }
        if let Some(value) = self.host.value(name) {
            return Value::of_native(value);
        }
        if self.host.has_function(name) {
            return Value::Callable(Rc::new(Callable::Host(name)));
        }
        let (index, make): (usize, fn() -> Callable<'a>) = match name {
            "range" => (0, || Callable::Range),
            "cycler" => (1, || Callable::Cycler),
            "joiner" => (2, || Callable::Joiner),
            _ => return Value::Undefined,
        };
        Value::Callable(Rc::clone(self.globals[index].get_or_insert_with(|| Rc::new(make()))))
    }

    /// A member, or a method that can be called.
    fn look_up(&self, target: &Value<'a>, key: &str) -> Value<'a> {
        if let Value::Callable(callable) = target {
            return Self::member_of_function(callable, key);
        }
        let value = target.member(key, &self.heap);
        if !matches!(value, Value::Undefined) || is_reserved(key) || target.has_member(key) {
            return value;
        }
        match methods::method(target, key, self.program.cookiecutter) {
            Some(name) => Value::Callable(Rc::new(Callable::Method { receiver: target.clone(), name })),
            None => Value::Undefined,
        }
    }

    fn index(&self, target: &Value<'a>, key: &Value<'a>) -> Fallible<Value<'a>> {
        if matches!((target, key), (Value::Array(_), Value::Number(_))) {
            return target.at(key, &self.heap);
        }
        let key = key.to_text(&self.heap)?;
        Ok(self.look_up(target, &key))
    }

    fn group(&mut self, items: Run, place: Place, depth: u32) -> Fallible<Value<'a>> {
        let mut result = Value::Undefined;
        let list = self.program.list(items);
        for (index, id) in list.iter().enumerate() {
            result = self.eval(*id, place, depth + 1)?;
            if index + 1 < list.len() {
                result.refuse_functions(&self.heap)?;
            }
        }
        Ok(result)
    }

    fn dictionary(&mut self, pairs: Run, place: Place, depth: u32) -> Fallible<Value<'a>> {
        let mut entries = IndexMap::new();
        for pair in self.program.pairs(pairs) {
            let value = self.eval(pair.value, place, depth + 1)?;
            entries.insert(self.name(pair.name).to_owned(), value);
        }
        Value::Record(Record::make(entries)).check_depth()
    }

    #[inline(never)]
    fn binary(
        &mut self,
        op: Binary,
        left: ExprId,
        right: ExprId,
        place: Place,
        depth: u32,
    ) -> Fallible<Value<'a>> {
        let left = self.eval(left, place, depth + 1)?;
        let right = self.eval(right, place, depth + 1)?;
        let heap = &self.heap;
        let compare = |wanted: fn(Ordering) -> bool| {
            left.order(&right, heap).map(|order| Value::Bool(order.is_some_and(wanted)))
        };
        match op {
            Binary::Equal => left.loose_equal(&right, heap).map(Value::Bool),
            Binary::NotEqual => left.loose_equal(&right, heap).map(|equal| Value::Bool(!equal)),
            Binary::StrictEqual => Ok(Value::Bool(strict_equal(&left, &right))),
            Binary::StrictNotEqual => Ok(Value::Bool(!strict_equal(&left, &right))),
            Binary::Less => compare(Ordering::is_lt),
            Binary::LessEqual => compare(Ordering::is_le),
            Binary::Greater => compare(Ordering::is_gt),
            Binary::GreaterEqual => compare(Ordering::is_ge),
            Binary::Add | Binary::Concat => {
                let sum =
                    if op == Binary::Add { left.add(&right, heap)? } else { left.concat(&right, heap)? };
                heap.made(sum.as_text().map_or(0, str::len))?;
                Ok(sum)
            }
            Binary::Sub | Binary::Mul | Binary::Div | Binary::Mod | Binary::Pow => {
                let (left, right) = (left.to_number(heap)?, right.to_number(heap)?);
                Ok(Value::Number(match op {
                    Binary::Sub => left - right,
                    Binary::Mul => left * right,
                    Binary::Div => left / right,
                    Binary::Mod => left % right,
                    _ => power(left, right),
                }))
            }
        }
    }

    fn contains(&self, container: &Value<'a>, needle: &Value<'a>) -> Fallible<bool> {
        match container {
            Value::Str(text) => {
                self.heap.touch(text.as_str().len())?;
                let needle = needle.to_text(&self.heap)?;
                Ok(js::find_unit(text.as_str(), &needle, 0).is_some())
            }
            Value::Safe(_) => {
                let key = needle.to_text(&self.heap)?;
                Ok(key == "length" || key == "val")
            }
            Value::Array(array) => {
                self.heap.touch(array.len() * 8)?;
                Ok(array.to_vec().iter().any(|item| strict_equal(item, needle)))
            }
            Value::Record(record) => {
                let key = needle.to_text(&self.heap)?;
                Ok(record.has(&key))
            }
            other => Err(Fault::evaluation(format!(
                "`in` needs a list, a record or a string on its right side, not {}",
                Kind(other)
            ))),
        }
    }
}

/// JavaScript's `**`.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || exponent.is_infinite() && base.abs() == 1.0 {
        f64::NAN
    } else {
        base.powf(exponent)
    }
}
