//! Renders a program.

mod calls;
mod expressions;
mod filters;
mod iterate;
mod macros;
mod scope;
mod slices;
mod statements;

use std::rc::Rc;

use serde_json::{Map, Value as Json};

use crate::error::{Fallible, Fault, Limit};
use crate::host::Host;
use crate::js;
use crate::native::Native;
use crate::options::Limits;
use crate::syntax::{ExprId, Program, Text};
use crate::value::{Callable, Heap, Value};
use macros::Instance;
use scope::{Frame, Scope};

/// Where a piece of the program runs: its variables, and what it may put into the outermost scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    scope: usize,
    frame: usize,
    /// The scope in which macros are looked up when macros call each other.
    outermost: usize,
    exports_macros: bool,
    exports_variables: bool,
}

/// One render.
pub(crate) struct Evaluator<'a> {
    program: &'a Program,
    source: &'a str,
    context: &'a Map<String, Json>,
    host: &'a dyn Host,
    heap: Heap<'a>,
    scopes: Vec<Scope<'a>>,
    frames: Vec<Frame<'a>>,
    macros: Vec<Instance>,
    out: String,
    globals: [Option<Rc<Callable<'a>>>; 3],
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(
        program: &'a Program,
        source: &'a str,
        context: &'a Map<String, Json>,
        host: &'a dyn Host,
        limits: &'a Limits,
    ) -> Self {
        Self {
            program,
            source,
            context,
            host,
            heap: Heap::new(limits),
            scopes: Vec::new(),
            frames: Vec::new(),
            macros: Vec::new(),
            out: String::new(),
            globals: [None, None, None],
        }
    }

    /// Renders to text.
    pub(crate) fn text(mut self) -> Fallible<String> {
        self.out.reserve(self.source.len());
        let place = self.begin();
        self.charge(1)?;
        for placed in self.program.body(self.program.root) {
            self.statement(placed, place, 2)?;
        }
        Ok(self.finish())
    }

    /// Renders to a value: that of the only interpolation, or text.
    pub(crate) fn value(mut self) -> Fallible<Native> {
        let Some(expression) = self.program.sole_output() else {
            return self.text().map(Native::String);
        };
        let place = self.begin();
        self.charge(1)?;
        self.charge(2)?;
        let value = self.eval(expression, place, 3)?;
        if let Some(text) = value.as_text() {
            self.heap.put_out(text)?;
        } else {
            let mut text = String::new();
            value.push_rendered(&mut text, &self.heap)?;
            self.heap.put_out(&text)?;
        }
        value.to_native(&self.heap)
    }

    fn begin(&mut self) -> Place {
        self.scopes.push(Scope::new(None, true));
        self.scopes.push(Scope::new(Some(0), true));
        self.frames.push(Frame::new(self.program.root_slots, None));
        Place { scope: 1, frame: 0, outermost: 0, exports_macros: true, exports_variables: true }
    }

    fn finish(self) -> String {
        js::repair(self.out)
    }

    fn name(&self, text: Text) -> &'a str {
        match text {
            Text::Source { start, end } => &self.source[start as usize..end as usize],
            Text::Own(index) => &self.program.strings[index as usize],
        }
    }

    /// Counts a step, and how deep it is nested.
    fn charge(&self, depth: u32) -> Fallible<()> {
        if depth > self.heap.limits.nesting_depth {
            return Err(Fault::limit(Limit::NestingDepth));
        }
        self.heap.charge(1)
    }

    /// Appends a value to the output.
    fn put(&mut self, value: &Value<'a>) -> Fallible<()> {
        if let Some(text) = value.as_text() {
            self.heap.put_out(text)?;
            js::concat(&mut self.out, text);
            return Ok(());
        }
        let start = self.out.len();
        value.push_rendered(&mut self.out, &self.heap)?;
        self.heap.put_out(&self.out[start..])
    }

    /// Evaluates what a list of expressions says.
    fn eval_all(&mut self, ids: &[ExprId], place: Place, depth: u32) -> Fallible<Vec<Value<'a>>> {
        let mut values = Vec::with_capacity(ids.len());
        for id in ids {
            values.push(self.eval(*id, place, depth)?);
        }
        Ok(values)
    }
}
