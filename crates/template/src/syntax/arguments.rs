//! Values, members, calls and what they are given.

use super::expression::is_literal;
use super::lexer::{Op, Word};
use super::program::{Args, Expr, ExprId, FilterCall, Pair, Run, Text};
use super::scan::Parser;
use crate::error::{Fallible, Fault};
use crate::filters::Filter;
use crate::options::Mode;

impl Parser<'_> {
    /// Reads a value with its members, indexes and calls.
    pub(super) fn postfix(&mut self) -> Fallible<ExprId> {
        let mut expression = self.primary()?;
        loop {
            let offset = self.word_start;
            let Word::Op(op) = self.word else { return Ok(expression) };
            let expr = match op {
                Op::Dot => {
                    let key = self.advance_member()?;
                    Expr::Member { target: expression, key }
                }
                Op::OpenList => {
                    self.advance()?;
                    self.nested(|parser| parser.subscript(expression))?
                }
                Op::Open => {
                    self.advance()?;
                    let args = self.nested(|parser| parser.arguments())?;
                    self.program.args.push(args);
                    Expr::Call { target: expression, args: Self::index(self.program.args.len() - 1) }
                }
                _ => return Ok(expression),
            };
            expression = self.node(expr, offset)?;
        }
    }

    fn primary(&mut self) -> Fallible<ExprId> {
        let offset = self.word_start;
        let expr = match self.word {
            Word::Number(value) => Expr::Number(value),
            Word::Text(text) => Expr::Text(text),
            Word::Regex(index) => Expr::Regex(index),
            Word::Name(name) => match self.text(name) {
                "true" => Expr::Bool(true),
                "false" => Expr::Bool(false),
                "null" | "none" => Expr::Null,
                text => {
                    self.check_name(text, offset)?;
                    Expr::Name { name, slot: self.bindings.find(self.source, name) }
                }
            },
            Word::Op(Op::Open) => {
                self.advance()?;
                let items = self.nested(|parser| parser.delimited(Op::Close, ")"))?;
                if items.len() == 0 {
                    return Err(Fault::syntax("there is nothing between the parentheses", offset));
                }
                return self.node(Expr::Group(items), offset);
            }
            Word::Op(Op::OpenList) => {
                self.advance()?;
                let items = self.nested(|parser| parser.delimited(Op::CloseList, "]"))?;
                return self.node(Expr::Array(items), offset);
            }
            Word::Op(Op::OpenDict) => {
                self.advance()?;
                let pairs = self.nested(Self::dictionary)?;
                return self.node(Expr::Dict(pairs), offset);
            }
            Word::End { .. } => {
                return Err(Fault::syntax("a value is missing before the end of the tag", offset));
            }
            Word::Op(_) => {
                return Err(Fault::syntax(
                    format!("a value is missing before {}", self.describe_word()),
                    offset,
                ));
            }
        };
        self.advance()?;
        self.node(expr, offset)
    }

    /// Reads expressions between commas, up to a bracket.
    fn delimited(&mut self, end: Op, mark: &str) -> Fallible<Run> {
        if self.consume(end)? {
            return Ok(Run::default());
        }
        let first = self.expression()?;
        if self.consume(end)? {
            return Ok(self.list(&[first]));
        }
        let mut items = vec![first];
        while self.consume(Op::Comma)? {
            items.push(self.expression()?);
        }
        self.expect(end, mark)?;
        Ok(self.list(&items))
    }

    fn dictionary(&mut self) -> Fallible<Run> {
        let mut pairs = Vec::new();
        if self.consume(Op::CloseDict)? {
            return Ok(Run::default());
        }
        loop {
            let offset = self.word_start;
            let name = match self.word {
                Word::Name(name) if !is_literal(self.text(name)) => name,
                Word::Text(name) => name,
                _ => return Err(Fault::syntax("keys of a record must be names or strings", offset)),
            };
            self.check_name(self.text(name), offset)?;
            self.advance()?;
            self.expect(Op::Colon, ":")?;
            let value = self.expression()?;
            pairs.push(Pair { name, value });
            if !self.consume(Op::Comma)? {
                break;
            }
        }
        self.expect(Op::CloseDict, "}")?;
        Ok(self.pairs(&pairs))
    }

    fn pairs(&mut self, pairs: &[Pair]) -> Run {
        let start = Self::index(self.program.pairs.len());
        self.program.pairs.extend_from_slice(pairs);
        Run { start, end: Self::index(self.program.pairs.len()) }
    }

    /// Reads an index or a slice, up to its bracket.
    fn subscript(&mut self, target: ExprId) -> Fallible<Expr> {
        let mut bounds = [None; 3];
        let mut bound = 0;
        let mut sliced = false;
        loop {
            if !self.is_op(Op::Colon) && !self.is_op(Op::CloseList) {
                bounds[bound] = Some(self.expression()?);
            }
            if bound == 2 || !self.consume(Op::Colon)? {
                break;
            }
            sliced = true;
            bound += 1;
        }
        let offset = self.word_start;
        self.expect(Op::CloseList, "]")?;
        if sliced {
            self.program.bounds.push(bounds);
            return Ok(Expr::Slice { target, bounds: Self::index(self.program.bounds.len() - 1) });
        }
        let Some(key) = bounds[0] else {
            return Err(Fault::syntax("an index is missing", offset));
        };
        if let Expr::Text(text) = self.program.node(key).expr {
            self.check_name(self.text(text), self.program.node(key).offset as usize)?;
            return Ok(Expr::Member { target, key: text });
        }
        Ok(Expr::Index { target, key })
    }

    /// Reads the arguments of a call, up to the parenthesis behind them.
    pub(super) fn arguments(&mut self) -> Fallible<Args> {
        if self.consume(Op::Close)? {
            return Ok(Args::default());
        }
        let mut positional = Vec::new();
        let mut keywords = Vec::new();
        loop {
            match self.keyword()? {
                Some(name) => {
                    let value = self.expression()?;
                    keywords.push(Pair { name, value });
                }
                None => positional.push(self.expression()?),
            }
            if !self.consume(Op::Comma)? {
                break;
            }
        }
        self.expect(Op::Close, ")")?;
        let positional = self.list(&positional);
        let keywords = self.pairs(&keywords);
        Ok(Args { positional, keywords })
    }

    /// Reads `name =`, if that comes next.
    pub(super) fn keyword(&mut self) -> Fallible<Option<Text>> {
        let Word::Name(name) = self.word else { return Ok(None) };
        let (at, start) = (self.at, self.word_start);
        self.skip_code_space();
        // Only a single `=`: looking at the text saves reading the next word twice.
        if self.bytes.get(self.at) != Some(&b'=') || self.bytes.get(self.at + 1) == Some(&b'=') {
            self.at = at;
            return Ok(None);
        }
        self.check_name(self.text(name), start)?;
        self.advance()?;
        self.advance()?;
        Ok(Some(name))
    }

    /// Reads a filter with its arguments. A filter tag has no input yet: its body becomes it.
    pub(super) fn filter(&mut self, input: Option<ExprId>) -> Fallible<ExprId> {
        let offset = self.word_start;
        let name = self.filter_name()?;
        let args = match self.consume(Op::Open)? {
            true => self.nested(|parser| parser.arguments())?,
            false => Args::default(),
        };
        let cookiecutter = self.options.mode == Mode::Cookiecutter;
        let builtin = Filter::named(self.text(name), cookiecutter);
        self.program.filters.push(FilterCall { name, builtin, input: input.unwrap_or_default(), args });
        self.node(Expr::Filter(Self::index(self.program.filters.len() - 1)), offset)
    }

    fn filter_name(&mut self) -> Fallible<Text> {
        let offset = self.word_start;
        let Word::Name(name) = self.word else {
            return Err(Fault::syntax(
                format!("the name of a filter is missing before {}", self.describe_word()),
                offset,
            ));
        };
        self.check_name(self.text(name), offset)?;
        self.advance()?;
        if !self.is_op(Op::Dot) {
            return Ok(name);
        }
        let mut full = self.text(name).to_owned();
        while self.is_op(Op::Dot) {
            let part = self.advance_member()?;
            full.push('.');
            full.push_str(self.text(part));
        }
        Ok(self.own(full))
    }
}
