//! Uses of filters and tests.

use indexmap::IndexMap;

use super::macros::Given;
use super::{Evaluator, Place};
use crate::builtin_tests;
use crate::error::{Fallible, Fault};
use crate::filters::Filter;
use crate::suggest::suggestion;
use crate::syntax::FilterCall;
use crate::value::{Kind, Record, Value};

impl<'a> Evaluator<'a> {
    #[inline(never)]
    pub(super) fn filter(&mut self, index: u32, place: Place, depth: u32) -> Fallible<Value<'a>> {
        let program = self.program;
        let call: &'a FilterCall = &program.filters[index as usize];
        let name = self.name(call.name);
        if self.host.has_filter(name) {
            return self.host_filter(name, call, place, depth);
        }
        let Some(filter) = call.builtin else {
            let known = self.host.filter_names();
            let own: Vec<&str> = Filter::names(program.cookiecutter).collect();
            let hint = suggestion(name, own.into_iter().chain(known.iter().map(String::as_str)));
            return Err(Fault::evaluation(format!("there is no filter {name}{hint}")));
        };
        // The input is the first of the arguments.
        let input = self.eval(call.input, place, depth + 2)?;
        if call.args.positional.len() + call.args.keywords.len() == 0 {
            input.refuse_functions(&self.heap)?;
            self.weigh(&[&input])?;
            return self.run(filter, name, input, &[]);
        }
        let given = self.given(&call.args, place, depth + 1)?;
        input.refuse_functions(&self.heap)?;
        let keywords = given.keywords.iter().map(|(_, value)| value);
        for value in given.positional.iter().chain(keywords) {
            value.refuse_functions(&self.heap)?;
        }
        let arguments = positional(filter, given);
        let all: Vec<&Value<'a>> = std::iter::once(&input).chain(&arguments).collect();
        self.weigh(&all)?;
        self.run(filter, name, input, &arguments)
    }

    fn run(
        &self,
        filter: Filter,
        name: &str,
        input: Value<'a>,
        arguments: &[Value<'a>],
    ) -> Fallible<Value<'a>> {
        let kind = Kind(&input).to_string();
        filter
            .apply(input, arguments, &self.heap)
            .map_err(|fault| fault.during(&format!("the filter {name} failed on {kind}")))
    }

    #[inline(never)]
    fn host_filter(
        &mut self,
        name: &str,
        call: &'a FilterCall,
        place: Place,
        depth: u32,
    ) -> Fallible<Value<'a>> {
        if call.args.keywords.len() > 0 {
            return Err(Fault::evaluation(format!("the filter {name} takes no arguments by name")));
        }
        let input = self.eval(call.input, place, depth + 2)?;
        let given = self.given(&call.args, place, depth + 1)?;
        let mut natives = Vec::with_capacity(given.positional.len() + 1);
        let values: Vec<&Value<'a>> = std::iter::once(&input).chain(&given.positional).collect();
        for value in &values {
            value.refuse_functions(&self.heap)?;
        }
        self.weigh(&values)?;
        self.heap.call_host()?;
        for value in values {
            natives.push(value.to_native(&self.heap)?);
        }
        match self.host.filter(name, natives) {
            Ok(value) => Ok(Value::of_native(value)),
            Err(message) => Err(Fault::capability(format!("the filter {name} failed: {message}"))),
        }
    }

    /// Checks how large what a filter is given is, and counts that as work.
    fn weigh(&self, values: &[&Value<'a>]) -> Fallible<()> {
        let mut bytes = 0;
        for value in values {
            bytes += value.weight(&self.heap, 0)?;
        }
        self.heap.made(bytes)
    }

    #[inline(never)]
    pub(super) fn is(&mut self, index: u32, place: Place, depth: u32) -> Fallible<Value<'a>> {
        let program = self.program;
        let test = &program.tests[index as usize];
        let name = self.name(test.name);
        let Some(arity) = builtin_tests::arity(name) else {
            let hint = suggestion(name, builtin_tests::names());
            return Err(Fault::evaluation(format!("there is no test {name}{hint}")));
        };
        let args = test.args.as_ref();
        if args.is_some_and(|args| args.keywords.len() > 0) {
            return Err(Fault::evaluation(format!("the test {name} takes no arguments by name")));
        }
        builtin_tests::check_arity(name, arity, args.map_or(0, |args| args.positional.len()))?;
        let input = self.eval(test.left, place, depth + 1)?;
        let arguments = match args {
            Some(args) => self.eval_all(program.list(args.positional), place, depth + 2)?,
            None => Vec::new(),
        };
        builtin_tests::apply(name, &input, arguments.first(), &self.heap).map(Value::Bool)
    }
}

/// Turns arguments by name into positional ones as Nunjucks does: two filters know the names of theirs, the others get
/// them as a record behind the positional ones.
fn positional<'a>(filter: Filter, mut given: Given<'a>) -> Vec<Value<'a>> {
    match filter {
        Filter::Int => given.normalize(&["default", "base"], &[]),
        Filter::Sort => given.normalize(&["reverse", "case_sensitive", "attribute"], &[]),
        _ if given.keywords.is_empty() => {}
        _ => {
            let mut entries: IndexMap<String, Value<'a>> = IndexMap::new();
            for (name, value) in given.keywords {
                entries.insert(name.to_owned(), value);
            }
            entries.insert("__keywords".to_owned(), Value::Bool(true));
            given.positional.push(Value::Record(Record::make(entries)));
        }
    }
    given.positional
}
