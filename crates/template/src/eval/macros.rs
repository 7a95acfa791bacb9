//! Macros, callers and calls of both.

use std::rc::Rc;

use super::{Evaluator, Place};
use crate::error::{Fallible, Fault};
use crate::syntax::{Expr, ExprId, Macro};
use crate::value::{Callable, Kind, Value};

/// A macro or caller that can be called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instance {
    definition: u32,
    scope: usize,
    /// A caller sees the variables around its tag.
    frame: Option<usize>,
    outermost: usize,
}

/// The values that a call is given.
#[derive(Debug, Default)]
pub(super) struct Given<'a> {
    pub(super) positional: Vec<Value<'a>>,
    pub(super) keywords: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Given<'a> {
    fn keyword(&self, name: &str) -> Option<&Value<'a>> {
        self.keywords.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn take_keyword(&mut self, name: &str) -> Option<Value<'a>> {
        let value = self.keyword(name).cloned();
        self.keywords.retain(|(known, _)| *known != name);
        value
    }

    /// Gives so many positional values: keywords fill up what is missing; what is too much becomes the keywords that
    /// have a default.
    pub(super) fn normalize(&mut self, names: &[&'a str], defaults: &[&'a str]) {
        if self.positional.len() > names.len() {
            let surplus = self.positional.split_off(names.len());
            for (name, value) in defaults.iter().zip(surplus) {
                self.keywords.push((name, value));
            }
        } else {
            for name in &names[self.positional.len()..] {
                let value = self.take_keyword(name).unwrap_or_default();
                self.positional.push(value);
            }
        }
    }
}

impl<'a> Evaluator<'a> {
    /// The macro tag.
    pub(super) fn declare(&mut self, index: u32, place: Place) {
        let program = self.program;
        let definition = &program.macros[index as usize];
        self.macros.push(Instance {
            definition: index,
            scope: place.outermost,
            frame: None,
            outermost: place.outermost,
        });
        let callable = Callable::Macro { index: self.macros.len() - 1, caller: false };
        let value = Value::Callable(Rc::new(callable));
        if let Some(slot) = definition.slot {
            self.set_slot(place.frame, slot, value.clone());
        }
        if place.exports_macros {
            self.set(place.outermost, self.name(definition.name), value);
        }
    }

    /// The call tag.
    pub(super) fn call_block(&mut self, call: ExprId, caller: u32, place: Place, depth: u32) -> Fallible<()> {
        let node = self.program.node(call);
        let Expr::Call { target, args } = node.expr else {
            return Err(Fault::evaluation("a call tag needs a call"));
        };
        let target = self.eval(target, place, depth + 1)?;
        let Value::Callable(callable) = &target else {
            return Err(Fault::evaluation(format!("{} is not a macro", Kind(&target))));
        };
        let Callable::Macro { index, caller: false } = **callable else {
            return Err(Fault::evaluation("a call tag can only call a macro"));
        };
        let program = self.program;
        let mut given = self.given(&program.args[args as usize], place, depth + 1)?;
        self.macros.push(Instance {
            definition: caller,
            scope: place.scope,
            frame: Some(place.frame),
            outermost: place.outermost,
        });
        let callable = Callable::Macro { index: self.macros.len() - 1, caller: true };
        given.keywords.push(("caller", Value::Callable(Rc::new(callable))));
        let value = self.invoke(index, given, depth + 1)?;
        self.put(&value)
    }

    /// Calls a macro or caller.
    pub(super) fn invoke(&mut self, index: usize, mut given: Given<'a>, depth: u32) -> Fallible<Value<'a>> {
        let instance = self.macros[index];
        let program = self.program;
        let definition: &'a Macro = &program.macros[instance.definition as usize];
        let scope = self.new_scope(instance.scope, true);
        let frame = self.new_frame(definition.slots, instance.frame);
        let place = Place {
            scope,
            frame,
            outermost: instance.outermost,
            exports_macros: instance.frame.is_none(),
            exports_variables: false,
        };
        let parameters = program.targets(definition.parameters);
        let defaults = program.pairs(definition.defaults);
        let names: Vec<&'a str> = parameters.iter().map(|target| self.name(target.name)).collect();
        let default_names: Vec<&'a str> = defaults.iter().map(|pair| self.name(pair.name)).collect();
        given.normalize(&names, &default_names);
        for (position, target) in parameters.iter().enumerate() {
            let value = given.positional.get(position).cloned().unwrap_or_default();
            if let Some(slot) = target.slot {
                self.set_slot(frame, slot, value.clone());
            }
            self.set(scope, names[position], value);
        }
        for (name, pair) in default_names.iter().zip(defaults) {
            let value = match given.keyword(name) {
                Some(value) => value.clone(),
                None => self.eval(pair.value, place, depth + 1)?,
            };
            self.set(scope, name, value);
        }
        if !names.contains(&"caller")
            && !default_names.contains(&"caller")
            && let Some(caller) = given.keyword("caller")
        {
            self.set(scope, "caller", caller.clone());
        }
        self.captured_safe(definition.body, place, depth + 1)
    }
}
