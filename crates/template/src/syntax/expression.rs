//! Expressions, by precedence.

use super::lexer::{Op, Word};
use super::program::{Binary, Expr, ExprId, Run, Test, Text};
use super::scan::Parser;
use crate::error::{Fallible, Fault, Limit};

// How tightly operators bind, from the loosest on.
const OR: u8 = 0;
const AND: u8 = 1;
const NOT: u8 = 2;
const IN: u8 = 3;
const IS: u8 = 4;
const EQUALITY: u8 = 5;
const RELATION: u8 = 6;
const SUM: u8 = 7;
const PRODUCT: u8 = 8;

#[derive(Clone, Copy)]
enum Infix {
    Or,
    And,
    In,
    NotIn,
    Is,
    Binary(Binary),
}

/// A product that is not yet in order: `*`, `/`, `//` and `%` bind differently, but are computed left to right.
struct Product {
    first: ExprId,
    rest: Vec<(Binary, ExprId)>,
}

/// Names that are values and cannot be given another.
pub(super) fn is_literal(name: &str) -> bool {
    matches!(name, "true" | "false" | "null" | "none")
}

impl Parser<'_> {
    /// Counts one level of nesting while something inside of brackets is read.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Fallible<T>) -> Fallible<T> {
        self.depth += 1;
        if self.depth > self.options.limits.nesting_depth {
            return Err(Fault::limit(Limit::NestingDepth).at(Self::index(self.word_start)));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn is_op(&self, op: Op) -> bool {
        matches!(self.word, Word::Op(found) if found == op)
    }

    /// Goes on behind a punctuation mark, if it comes next.
    pub(super) fn consume(&mut self, op: Op) -> Fallible<bool> {
        if self.is_op(op) {
            self.advance()?;
            return Ok(true);
        }
        Ok(false)
    }

    pub(super) fn expect(&mut self, op: Op, mark: &str) -> Fallible<()> {
        if self.consume(op)? {
            return Ok(());
        }
        Err(Fault::syntax(format!("`{mark}` is missing before {}", self.describe_word()), self.word_start))
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self.word, Word::Name(found) if self.text(found) == name)
    }

    fn consume_name(&mut self, name: &str) -> Fallible<bool> {
        if self.is_name(name) {
            self.advance()?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads an expression that ends with its tag.
    pub(super) fn whole_expression(&mut self) -> Fallible<ExprId> {
        let expression = self.expression()?;
        self.close()?;
        Ok(expression)
    }

    /// Reads an expression; the parser stands at its first word.
    pub(super) fn expression(&mut self) -> Fallible<ExprId> {
        let offset = self.word_start;
        let body = self.binary(OR)?;
        if !self.consume_name("if")? {
            return Ok(body);
        }
        let cond = self.binary(OR)?;
        let otherwise = match self.consume_name("else")? {
            true => Some(self.nested(|parser| parser.binary(OR))?),
            false => None,
        };
        self.node(Expr::InlineIf { cond, body, otherwise }, offset)
    }

    fn infix(&mut self) -> Fallible<Option<(Infix, u8)>> {
        Ok(Some(match self.word {
            Word::Op(op) => match op {
                Op::Plus => (Infix::Binary(Binary::Add), SUM),
                Op::Minus => (Infix::Binary(Binary::Sub), SUM),
                Op::Tilde => (Infix::Binary(Binary::Concat), SUM),
                Op::Less => (Infix::Binary(Binary::Less), RELATION),
                Op::LessEqual => (Infix::Binary(Binary::LessEqual), RELATION),
                Op::Greater => (Infix::Binary(Binary::Greater), RELATION),
                Op::GreaterEqual => (Infix::Binary(Binary::GreaterEqual), RELATION),
                Op::Equal => (Infix::Binary(Binary::Equal), EQUALITY),
                Op::StrictEqual => (Infix::Binary(Binary::StrictEqual), EQUALITY),
                Op::NotEqual => (Infix::Binary(Binary::NotEqual), EQUALITY),
                Op::StrictNotEqual => (Infix::Binary(Binary::StrictNotEqual), EQUALITY),
                _ => return Ok(None),
            },
            Word::Name(name) => match self.text(name) {
                "or" => (Infix::Or, OR),
                "and" => (Infix::And, AND),
                "in" => (Infix::In, IN),
                "is" => (Infix::Is, IS),
                "not" => {
                    let (at, start) = (self.at, self.word_start);
                    self.advance()?;
                    let negated = self.is_name("in");
                    (self.at, self.word_start, self.word) = (at, start, Word::Name(name));
                    if negated {
                        return Ok(Some((Infix::NotIn, IN)));
                    }
                    return Ok(None);
                }
                _ => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    /// Reads operators that bind at least so tightly.
    fn binary(&mut self, level: u8) -> Fallible<ExprId> {
        let offset = self.word_start;
        let mut loosest = PRODUCT;
        let mut left = if level <= NOT && self.is_name("not") {
            self.advance()?;
            loosest = NOT;
            let target = self.nested(|parser| parser.binary(NOT))?;
            self.negate(target, offset)?
        } else {
            self.product()?
        };
        while let Some((infix, bound)) = self.infix()? {
            if bound < level || bound > loosest {
                break;
            }
            self.advance()?;
            if matches!(infix, Infix::NotIn) {
                self.advance()?;
            }
            loosest = bound;
            left = match infix {
                Infix::Is => {
                    loosest = IN;
                    self.test(left)?
                }
                Infix::Or => {
                    let right = self.binary(AND)?;
                    self.node(Expr::Or(left, right), offset)?
                }
                Infix::And => {
                    let right = self.binary(NOT)?;
                    self.node(Expr::And(left, right), offset)?
                }
                Infix::In | Infix::NotIn => {
                    let right = self.binary(IS)?;
                    let inside = self.node(Expr::In(left, right), offset)?;
                    match infix {
                        Infix::NotIn => self.node(Expr::Not(inside), offset)?,
                        _ => inside,
                    }
                }
                Infix::Binary(op) => {
                    let right = self.binary(bound + 1)?;
                    self.node(Expr::Binary { op, left, right }, offset)?
                }
            };
        }
        Ok(left)
    }

    /// Negates an expression: what is observed of Nunjucks is that `not` sinks into the first operand of arithmetic
    /// and of comparisons.
    fn negate(&mut self, target: ExprId, offset: usize) -> Fallible<ExprId> {
        let mut parent = None;
        let mut leaf = target;
        while let Expr::Binary { op, left, .. } = self.program.node(leaf).expr
            && op != Binary::Pow
        {
            parent = Some(leaf);
            leaf = left;
        }
        let negated = self.node(Expr::Not(leaf), offset)?;
        let Some(parent) = parent else { return Ok(negated) };
        if let Expr::Binary { left, .. } = &mut self.program.nodes[parent as usize].expr {
            *left = negated;
        }
        Ok(target)
    }

    /// Reads what stands behind `is`.
    fn test(&mut self, left: ExprId) -> Fallible<ExprId> {
        let negated = self.consume_name("not")?;
        let offset = self.word_start;
        let right = self.binary(EQUALITY)?;
        let (name, args) = match self.program.node(right).expr {
            Expr::Call { target, args } => {
                let args = self.program.args[args as usize];
                (self.test_name(target), Some(args))
            }
            Expr::Filter(index) => {
                let call = self.program.filters[index as usize];
                let mut positional = vec![call.input];
                positional.extend_from_slice(self.program.list(call.args.positional));
                let positional = self.list(&positional);
                (call.name, Some(super::program::Args { positional, ..call.args }))
            }
            _ => (self.test_name(right), None),
        };
        self.program.tests.push(Test { left, name, args });
        let test = Expr::Is(Self::index(self.program.tests.len() - 1));
        let test = self.node(test, offset)?;
        if negated { self.node(Expr::Not(test), offset) } else { Ok(test) }
    }

    /// The name of a test: a name, or a literal as text; of everything else it is `undefined`.
    fn test_name(&mut self, id: ExprId) -> Text {
        let literal = match self.program.node(id).expr {
            Expr::Name { name, .. } => return name,
            Expr::Text(text) => return text,
            Expr::Null => "null".to_owned(),
            Expr::Bool(value) => value.to_string(),
            Expr::Number(value) => crate::js::number_to_string(value),
            Expr::Regex(index) => self.program.regexes[index as usize].to_string(),
            _ => "undefined".to_owned(),
        };
        self.own(literal)
    }

    fn product(&mut self) -> Fallible<ExprId> {
        let first = self.power()?;
        if !matches!(self.word, Word::Op(Op::Star | Op::Slash | Op::SlashSlash | Op::Percent)) {
            return Ok(first);
        }
        let mut product = self.quotients(Some(first))?;
        while self.consume(Op::Star)? {
            let right = self.quotients(None)?;
            product.append(Binary::Mul, right);
        }
        self.in_order(product)
    }

    fn quotients(&mut self, first: Option<ExprId>) -> Fallible<Product> {
        let mut product = self.floors(first)?;
        while self.consume(Op::Slash)? {
            let right = self.floors(None)?;
            product.append(Binary::Div, right);
        }
        Ok(product)
    }

    fn floors(&mut self, first: Option<ExprId>) -> Fallible<Product> {
        let mut product = self.remainders(first)?;
        while self.consume(Op::SlashSlash)? {
            let offset = self.word_start;
            let right = self.remainders(None)?;
            product.append(Binary::Div, right);
            let quotient = self.in_order(product)?;
            product = Product { first: self.node(Expr::Floor(quotient), offset)?, rest: Vec::new() };
        }
        Ok(product)
    }

    fn remainders(&mut self, first: Option<ExprId>) -> Fallible<Product> {
        let first = match first {
            Some(first) => first,
            None => self.power()?,
        };
        let mut product = Product { first, rest: Vec::new() };
        while self.consume(Op::Percent)? {
            product.rest.push((Binary::Mod, self.power()?));
        }
        Ok(product)
    }

    fn in_order(&mut self, product: Product) -> Fallible<ExprId> {
        let mut left = product.first;
        for (op, right) in product.rest {
            let offset = self.program.node(left).offset as usize;
            left = self.node(Expr::Binary { op, left, right }, offset)?;
        }
        Ok(left)
    }

    fn power(&mut self) -> Fallible<ExprId> {
        let mut left = self.filtered()?;
        while self.is_op(Op::StarStar) {
            let offset = self.word_start;
            self.advance()?;
            let right = self.filtered()?;
            left = self.node(Expr::Binary { op: Binary::Pow, left, right }, offset)?;
        }
        Ok(left)
    }

    fn filtered(&mut self) -> Fallible<ExprId> {
        let mut expression = self.signed()?;
        while self.consume(Op::Pipe)? {
            expression = self.filter(Some(expression))?;
        }
        Ok(expression)
    }

    fn signed(&mut self) -> Fallible<ExprId> {
        let offset = self.word_start;
        let (minus, plus) = (self.is_op(Op::Minus), self.is_op(Op::Plus));
        if !minus && !plus {
            return self.postfix();
        }
        self.advance()?;
        let target = self.nested(Self::signed)?;
        match (minus, self.program.node(target).expr) {
            (true, Expr::Neg(_)) | (false, Expr::Pos(_)) => {
                Err(Fault::syntax("two signs in a row need parentheses", offset))
            }
            (true, _) => self.node(Expr::Neg(target), offset),
            (false, _) => self.node(Expr::Pos(target), offset),
        }
    }

    /// Items, as consecutive ones of the program's list.
    pub(super) fn list(&mut self, items: &[ExprId]) -> Run {
        let start = Self::index(self.program.lists.len());
        self.program.lists.extend_from_slice(items);
        Run { start, end: Self::index(self.program.lists.len()) }
    }
}

impl Product {
    fn append(&mut self, op: Binary, right: Self) {
        self.rest.push((op, right.first));
        self.rest.extend(right.rest);
    }
}
