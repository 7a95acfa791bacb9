//! A template, parsed once and rendered as often as wanted.

use crate::context::Context;
use crate::error::{Fallible, TemplateError};
use crate::eval::Evaluator;
use crate::host::Host;
use crate::native::Native;
use crate::options::{Limits, Options};
use crate::syntax::{self, Program};

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    source: Box<str>,
    program: Program,
    limits: Limits,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it, with line and column.
    pub fn parse(source: &str, options: &Options) -> Result<Self, TemplateError> {
        match syntax::parse(source, options) {
            Ok(program) => Ok(Self { source: source.into(), program, limits: options.limits }),
            Err(fault) => Err(fault.located(source)),
        }
    }

    /// Renders to text, as files and file names are.
    ///
    /// # Errors
    ///
    /// What went wrong, with line and column. There is no partial output.
    pub fn render_text(&self, context: Context<'_>, host: &dyn Host) -> Result<String, TemplateError> {
        self.run(context, host, Evaluator::text)
    }

    /// Renders to a value, as the inputs of steps are: that of the interpolation if the template is nothing else, and
    /// text otherwise.
    ///
    /// # Errors
    ///
    /// What went wrong, with line and column.
    pub fn render_value(&self, context: Context<'_>, host: &dyn Host) -> Result<Native, TemplateError> {
        self.run(context, host, Evaluator::value)
    }

    fn run<'a, T>(
        &'a self,
        context: Context<'a>,
        host: &'a dyn Host,
        render: impl FnOnce(Evaluator<'a>) -> Fallible<T>,
    ) -> Result<T, TemplateError> {
        let evaluator = Evaluator::new(&self.program, &self.source, context.entries(), host, &self.limits);
        render(evaluator).map_err(|fault| fault.located(&self.source))
    }
}
