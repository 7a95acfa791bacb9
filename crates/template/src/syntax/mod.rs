//! From text to a program: scanning, expressions and tags in one pass.

mod arguments;
mod binding;
mod expression;
mod lexer;
mod program;
mod scan;
mod statement;

pub(crate) use program::{
    Args, Binary, Body, Expr, ExprId, FilterCall, ForLoop, If, Macro, Placed, Program, Run, Slot, Statement,
    Switch, Text,
};

use crate::error::{Fallible, Fault, Limit};
use crate::options::{Mode, Options};

/// The names that no template may use: the ways to JavaScript's prototypes.
pub(crate) fn is_reserved(name: &str) -> bool {
    matches!(name, "constructor" | "prototype" | "__proto__")
}

/// Reads a template.
///
/// # Errors
///
/// The first thing that is wrong with it.
pub(crate) fn parse(source: &str, options: &Options) -> Fallible<Program> {
    let limits = &options.limits;
    if source.len() > limits.source_code_units && source.encode_utf16().count() > limits.source_code_units
        || u32::try_from(source.len()).is_err()
    {
        return Err(Fault::limit(Limit::SourceCodeUnits));
    }
    let mut parser = scan::Parser::new(source, options);
    let body = parser.parse_root()?;
    let mut program = parser.finish();
    program.root = body;
    program.cookiecutter = options.mode == Mode::Cookiecutter;
    Ok(program)
}
