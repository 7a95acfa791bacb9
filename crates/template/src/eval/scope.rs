//! Variables by name, and variables in their places.

use super::Evaluator;
use crate::syntax::Slot;
use crate::value::Value;

/// Variables by name, inside of other such variables.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    parent: Option<usize>,
    /// What is set inside stays inside.
    isolated: bool,
    variables: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(parent: Option<usize>, isolated: bool) -> Self {
        Self { parent, isolated, variables: Vec::new() }
    }

    fn own(&self, name: &str) -> Option<&Value<'a>> {
        self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn set(&mut self, name: &'a str, value: Value<'a>) {
        match self.variables.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.variables.push((name, value)),
        }
    }
}

/// Variables of one invocation in their places.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    parent: Option<usize>,
    slots: Vec<Value<'a>>,
}

impl Frame<'_> {
    pub(super) fn new(slots: u32, parent: Option<usize>) -> Self {
        Self { parent, slots: vec![Value::Undefined; slots as usize] }
    }
}

impl<'a> Evaluator<'a> {
    pub(super) fn new_scope(&mut self, parent: usize, isolated: bool) -> usize {
        self.scopes.push(Scope::new(Some(parent), isolated));
        self.scopes.len() - 1
    }

    pub(super) fn new_frame(&mut self, slots: u32, parent: Option<usize>) -> usize {
        self.frames.push(Frame::new(slots, parent));
        self.frames.len() - 1
    }

    fn frame_of(&self, frame: usize, slot: Slot) -> usize {
        let mut frame = frame;
        for _ in 0..slot.up {
            frame = self.frames[frame].parent.unwrap_or(frame);
        }
        frame
    }

    pub(super) fn slot(&self, frame: usize, slot: Slot) -> Value<'a> {
        let frame = self.frame_of(frame, slot);
        self.frames[frame].slots.get(slot.index as usize).cloned().unwrap_or_default()
    }

    pub(super) fn set_slot(&mut self, frame: usize, slot: Slot, value: Value<'a>) {
        let frame = self.frame_of(frame, slot);
        if let Some(place) = self.frames[frame].slots.get_mut(slot.index as usize) {
            *place = value;
        }
    }

    /// Sets a variable in exactly this scope.
    pub(super) fn set(&mut self, scope: usize, name: &'a str, value: Value<'a>) {
        self.scopes[scope].set(name, value);
    }

    /// A variable by its name, from this scope outwards and in the context last.
    pub(super) fn variable(&self, scope: usize, name: &str) -> Option<Value<'a>> {
        let mut next = Some(scope);
        while let Some(index) = next {
            let scope = &self.scopes[index];
            if let Some(value) = scope.own(name) {
                return Some(value.clone());
            }
            next = scope.parent;
        }
        self.context.get(name).map(|json| self.heap.wrap(json))
    }

    /// What `set` does: changes the nearest variable of that name up to where what is set stays inside, or makes one.
    pub(super) fn assign(&mut self, scope: usize, name: &'a str, value: Value<'a>) {
        let mut index = scope;
        loop {
            let scope = &self.scopes[index];
            if scope.isolated || scope.own(name).is_some() {
                break;
            }
            match scope.parent {
                Some(parent) => index = parent,
                None => break,
            }
        }
        // An isolated scope further out is changed only if it has the variable.
        let target = if self.scopes[index].own(name).is_some() { index } else { scope };
        self.scopes[target].set(name, value);
    }
}
