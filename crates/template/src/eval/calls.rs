//! Calls of functions and methods.

use std::cell::Cell;
use std::rc::Rc;

use super::macros::Given;
use super::{Evaluator, Place};
use crate::error::{Fallible, Fault};
use crate::methods;
use crate::syntax::{Args, Expr, ExprId};
use crate::value::{Callable, Kind, Value};

impl<'a> Evaluator<'a> {
    #[inline(never)]
    pub(super) fn call(
        &mut self,
        target: ExprId,
        args: u32,
        place: Place,
        depth: u32,
    ) -> Fallible<Value<'a>> {
        let program = self.program;
        let args = &program.args[args as usize];
        let function = self.eval(target, place, depth + 1)?;
        let Value::Callable(callable) = function else {
            let path = self.path(target).map_or_else(|| "this".to_owned(), |path| format!("`{path}`"));
            return Err(Fault::evaluation(format!("{path} is {} and cannot be called", Kind(&function))));
        };
        if let Callable::Macro { index, .. } = *callable {
            let given = self.given(args, place, depth + 1)?;
            return self.invoke(index, given, depth + 1);
        }
        let (name, least, most) = self.arity(&callable)?;
        if args.keywords.len() > 0 {
            return Err(Fault::evaluation(format!("{name} takes no arguments by name")));
        }
        let count = args.positional.len();
        if count < least || count > most {
            return Err(Fault::evaluation(format!(
                "{name} takes {} arguments, and was given {count}",
                match (least, most) {
                    (_, usize::MAX) => format!("{least} or more"),
                    _ if least == most => least.to_string(),
                    _ => format!("{least} to {most}"),
                }
            )));
        }
        let values = self.eval_all(program.list(args.positional), place, depth + 2)?;
        for value in &values {
            value.refuse_functions(&self.heap)?;
        }
        self.apply(&callable, values)
    }

    /// What a function is called in messages, and how many arguments it takes.
    fn arity(&self, callable: &Callable<'a>) -> Fallible<(&'a str, usize, usize)> {
        Ok(match callable {
            Callable::Range => ("range", 0, 3),
            Callable::Cycler => ("cycler", 0, usize::MAX),
            Callable::Joiner => ("joiner", 0, 1),
            Callable::JoinerObject { .. } => ("a joiner", 0, 0),
            Callable::CyclerNext(_) => ("next", 0, 0),
            Callable::CyclerReset(_) => ("reset", 0, 0),
            Callable::Host(name) => (name, 0, usize::MAX),
            Callable::Method { receiver, name } => {
                let (least, most) = methods::arity(receiver, name, self.program.cookiecutter);
                (name, least, most)
            }
            Callable::CyclerObject { .. } | Callable::Macro { .. } => {
                return Err(Fault::evaluation("a cycler is no function; call its next()"));
            }
        })
    }

    fn apply(&mut self, callable: &Rc<Callable<'a>>, values: Vec<Value<'a>>) -> Fallible<Value<'a>> {
        match &**callable {
            Callable::Range => self.range(&values),
            Callable::Cycler => {
                Ok(Value::Callable(Rc::new(Callable::CyclerObject { values, current: Cell::new(None) })))
            }
            Callable::Joiner => {
                let separator = values.into_iter().next().filter(Value::is_truthy);
                let separator = separator.unwrap_or_else(|| Value::string(","));
                Ok(Value::Callable(Rc::new(Callable::JoinerObject { separator, used: Cell::new(false) })))
            }
            Callable::JoinerObject { separator, used } => {
                Ok(if used.replace(true) { separator.clone() } else { Value::string("") })
            }
            Callable::CyclerNext(cycler) => Ok(Self::cycle(cycler)),
            Callable::CyclerReset(cycler) => {
                if let Callable::CyclerObject { current, .. } = &**cycler {
                    current.set(None);
                }
                Ok(Value::Undefined)
            }
            Callable::Host(name) => self.call_host(name, &values),
            Callable::Method { receiver, name } => {
                methods::call(receiver, name, &values, &self.heap, self.program.cookiecutter)
            }
            Callable::CyclerObject { .. } | Callable::Macro { .. } => Ok(Value::Undefined),
        }
    }

    fn call_host(&self, name: &str, values: &[Value<'a>]) -> Fallible<Value<'a>> {
        self.heap.call_host()?;
        let mut natives = Vec::with_capacity(values.len());
        for value in values {
            natives.push(value.to_native(&self.heap)?);
        }
        match self.host.function(name, natives) {
            Ok(value) => Ok(Value::of_native(value)),
            Err(message) => Err(Fault::capability(format!("the function {name} failed: {message}"))),
        }
    }

    fn cycle(cycler: &Callable<'a>) -> Value<'a> {
        let Callable::CyclerObject { values, current } = cycler else { return Value::Undefined };
        let next = match current.get() {
            Some(index) if index + 1 < values.len() => index + 1,
            _ => 0,
        };
        current.set(Some(next));
        values.get(next).cloned().unwrap_or_default()
    }

    pub(super) fn member_of_function(callable: &Rc<Callable<'a>>, key: &str) -> Value<'a> {
        let Callable::CyclerObject { values, current } = &**callable else { return Value::Undefined };
        match key {
            "current" => match current.get() {
                None => Value::Null,
                Some(index) => values.get(index).cloned().unwrap_or_default(),
            },
            "next" => Value::Callable(Rc::new(Callable::CyclerNext(Rc::clone(callable)))),
            "reset" => Value::Callable(Rc::new(Callable::CyclerReset(Rc::clone(callable)))),
            _ => Value::Undefined,
        }
    }

    /// `range(stop)`, `range(start, stop)`, `range(start, stop, step)`, with JavaScript's comparisons and sums.
    fn range(&self, values: &[Value<'a>]) -> Fallible<Value<'a>> {
        let heap = &self.heap;
        let mut arguments = values.iter().cloned();
        let (first, second) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
        let third = arguments.next().unwrap_or_default();
        let one = Value::Number(1.0);
        let (start, stop, step) = match second {
            Value::Undefined => (Value::Number(0.0), first, one),
            stop => (first, stop, if third.is_truthy() { third } else { one }),
        };
        let up = step.order(&Value::Number(0.0), heap)?.is_some_and(std::cmp::Ordering::is_gt);
        let mut items = Vec::new();
        let mut next = start;
        loop {
            let order = next.order(&stop, heap)?;
            if !order.is_some_and(if up { std::cmp::Ordering::is_lt } else { std::cmp::Ordering::is_gt }) {
                break;
            }
            items.push(next.clone());
            heap.charge(1)?;
            next = next.add(&step, heap)?;
            heap.touch(next.as_text().map_or(0, |text| text.len() * 16))?;
        }
        if items.len() > heap.limits.list_items {
            heap.items(items.len())?;
        }
        Ok(Value::array(items))
    }

    /// Evaluates the arguments of a call.
    pub(super) fn given(&mut self, args: &'a Args, place: Place, depth: u32) -> Fallible<Given<'a>> {
        let program = self.program;
        let positional = self.eval_all(program.list(args.positional), place, depth + 1)?;
        let mut keywords = Vec::new();
        for pair in program.pairs(args.keywords) {
            let value = self.eval(pair.value, place, depth + 1)?;
            keywords.push((self.name(pair.name), value));
        }
        Ok(Given { positional, keywords })
    }

    /// What an expression is called, for messages: a name with its members.
    fn path(&self, id: ExprId) -> Option<String> {
        match self.program.node(id).expr {
            Expr::Name { name, .. } => Some(self.name(name).to_owned()),
            Expr::Member { target, key } => {
                // Long chains fail long before they get here.
                self.path(target).map(|path| format!("{path}.{}", self.name(key)))
            }
            _ => None,
        }
    }
}
