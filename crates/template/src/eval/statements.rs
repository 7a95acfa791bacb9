//! Text, interpolations and tags.

use super::{Evaluator, Place};
use crate::error::Fallible;
use crate::syntax::{Body, If, Placed, Statement, Switch};
use crate::value::{Str, Value, strict_equal};

impl<'a> Evaluator<'a> {
    /// Renders a body; it is one step, and so is each of its statements.
    pub(super) fn body(&mut self, body: Body, place: Place, depth: u32) -> Fallible<()> {
        self.charge(depth)?;
        for placed in self.program.body(body) {
            self.statement(placed, place, depth + 1)?;
        }
        Ok(())
    }

    pub(super) fn statement(&mut self, placed: &'a Placed, place: Place, depth: u32) -> Fallible<()> {
        let result = match placed.statement {
            Statement::Text(text) => self.charge(depth).and_then(|()| {
                let text = self.name(text);
                self.heap.put_out(text)?;
                self.out.push_str(text);
                Ok(())
            }),
            Statement::Output(expression) => self.output(expression, place, depth),
            statement => self.charge(depth).and_then(|()| self.tag(statement, place, depth)),
        };
        result.map_err(|fault| fault.at(placed.offset))
    }

    fn output(&mut self, expression: u32, place: Place, depth: u32) -> Fallible<()> {
        self.charge(depth)?;
        let value = self.eval(expression, place, depth + 1)?;
        self.put(&value)
    }

    #[inline(never)]
    fn tag(&mut self, statement: Statement, place: Place, depth: u32) -> Fallible<()> {
        let program = self.program;
        match statement {
            Statement::If(index) => self.if_tag(&program.ifs[index as usize], place, depth),
            Statement::For(index) => self.for_tag(&program.loops[index as usize], place, depth + 1),
            Statement::Set { targets, value } => {
                let value = self.eval(value, place, depth + 2)?;
                self.give(targets, &value, place);
                Ok(())
            }
            Statement::Capture { targets, body } => {
                let text = self.capture(body, place, depth + 2)?;
                self.give(targets, &Value::string(text), place);
                Ok(())
            }
            Statement::Macro(index) => {
                self.declare(index, place);
                Ok(())
            }
            Statement::CallBlock { call, caller } => self.call_block(call, caller, place, depth + 1),
            Statement::Block { slots, body } => {
                let scope = self.new_scope(place.scope, true);
                let frame = self.new_frame(slots, None);
                let place = Place { scope, frame, exports_macros: true, exports_variables: false, ..place };
                self.body(body, place, depth + 2)
            }
            Statement::Switch(index) => self.switch_tag(&program.switches[index as usize], place, depth),
            Statement::Text(_) | Statement::Output(_) => Ok(()),
        }
    }

    fn if_tag(&mut self, tag: &'a If, place: Place, depth: u32) -> Fallible<()> {
        let mut depth = depth;
        for (index, (cond, body)) in self.program.arms(tag.arms).iter().enumerate() {
            if index > 0 {
                // Each further arm is nested in the one before it.
                depth += 1;
                self.charge(depth)?;
            }
            if self.eval(*cond, place, depth + 1)?.is_truthy() {
                return self.body(*body, place, depth + 1);
            }
        }
        match tag.otherwise {
            Some(body) => self.body(body, place, depth + 1),
            None => Ok(()),
        }
    }

    fn switch_tag(&mut self, tag: &'a Switch, place: Place, depth: u32) -> Fallible<()> {
        let value = self.eval(tag.value, place, depth + 1)?;
        let mut matched = false;
        for (cond, body) in self.program.arms(tag.cases) {
            if !matched {
                let case = self.eval(*cond, place, depth + 1)?;
                matched = strict_equal(&value, &case);
            }
            // A case without content falls through to the next.
            if matched && body.0.len() > 0 {
                return self.body(*body, place, depth + 1);
            }
        }
        match tag.otherwise {
            Some(body) => self.body(body, place, depth + 1),
            None => Ok(()),
        }
    }

    fn give(&mut self, targets: crate::syntax::Run, value: &Value<'a>, place: Place) {
        for target in self.program.targets(targets) {
            let name = self.name(target.name);
            self.assign(place.scope, name, value.clone());
            if let Some(slot) = target.slot {
                self.set_slot(place.frame, slot, value.clone());
            }
            if place.exports_variables {
                self.set(place.outermost, name, value.clone());
            }
        }
    }

    /// Renders a body into a string of its own.
    pub(super) fn capture(&mut self, body: Body, place: Place, depth: u32) -> Fallible<String> {
        let outer = std::mem::take(&mut self.out);
        let result = self.body(body, place, depth + 1);
        let text = std::mem::replace(&mut self.out, outer);
        result?;
        self.heap.made(text.len())?;
        Ok(text)
    }

    /// A captured body as a safe string.
    pub(super) fn captured_safe(&mut self, body: Body, place: Place, depth: u32) -> Fallible<Value<'a>> {
        Ok(Value::safe(Str::from(self.capture(body, place, depth)?)))
    }
}
