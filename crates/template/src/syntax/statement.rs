//! Tags.

use super::expression::is_literal;
use super::lexer::{Op, Word, is_code_space};
use super::program::{
    Args, Body, Expr, ExprId, ForLoop, If, Macro, Placed, Run, Statement, Switch, Target, Text,
};
use super::scan::{Parser, Piece};
use crate::error::{Fallible, Fault, Limit};

/// The tag that ended a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Elif,
    Else,
    EndIf,
    EndFor,
    EndSet,
    EndMacro,
    EndCall,
    EndFilter,
    EndBlock,
    Case,
    Default,
    EndSwitch,
}

impl Stop {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "elif" | "elseif" => Self::Elif,
            "else" => Self::Else,
            "endif" => Self::EndIf,
            "endfor" => Self::EndFor,
            "endset" => Self::EndSet,
            "endmacro" => Self::EndMacro,
            "endcall" => Self::EndCall,
            "endfilter" => Self::EndFilter,
            "endblock" => Self::EndBlock,
            "case" => Self::Case,
            "default" => Self::Default,
            "endswitch" => Self::EndSwitch,
            _ => return None,
        })
    }
}

const TAGS: &[&str] = &["if", "for", "set", "macro", "call", "filter", "block", "switch", "raw", "verbatim"];

impl Parser<'_> {
    /// Reads the whole template.
    pub(super) fn parse_root(&mut self) -> Fallible<Body> {
        let (body, _) = self.body("", &[])?;
        Ok(body)
    }

    /// Reads up to one of the tags that may end the body, and stands behind that tag's name.
    fn body(&mut self, tag: &str, stops: &[Stop]) -> Fallible<(Body, Stop)> {
        let opened = self.tag_start;
        self.body_depth += 1;
        if self.body_depth > self.options.limits.nesting_depth {
            return Err(Fault::limit(Limit::NestingDepth).at(Self::index(self.tag_start)));
        }
        let mut children = Vec::new();
        let stop = loop {
            match self.next_piece()? {
                Piece::End if stops.is_empty() => break Stop::EndBlock,
                Piece::End => {
                    return Err(Fault::syntax(format!("the tag {tag} is not closed"), opened));
                }
                Piece::Text(text, offset) => self.place(&mut children, Statement::Text(text), offset)?,
                Piece::Variable => {
                    let offset = self.tag_start;
                    self.advance()?;
                    let expression = self.whole_expression()?;
                    self.place(&mut children, Statement::Output(expression), offset)?;
                }
                Piece::Block => {
                    let offset = self.tag_start;
                    let name = self.tag_name()?;
                    match Stop::named(self.text(name)) {
                        Some(stop) if stops.contains(&stop) => break stop,
                        Some(_) => {
                            let message =
                                format!("the tag {} ends nothing that is open here", self.text(name));
                            return Err(Fault::syntax(message, offset));
                        }
                        None => {
                            let statement = self.statement(name, offset)?;
                            self.place(&mut children, statement, offset)?;
                        }
                    }
                }
            }
        };
        self.body_depth -= 1;
        let start = Self::index(self.program.statements.len());
        self.program.statements.append(&mut children);
        Ok((Body(Run { start, end: Self::index(self.program.statements.len()) }), stop))
    }

    fn place(&mut self, children: &mut Vec<Placed>, statement: Statement, offset: usize) -> Fallible<()> {
        let count = self.program.nodes.len() + self.program.statements.len() + children.len();
        if count >= self.options.limits.ast_nodes {
            return Err(Fault::limit(Limit::AstNodes).at(Self::index(offset)));
        }
        children.push(Placed { statement, offset: Self::index(offset) });
        Ok(())
    }

    /// Reads the name of a tag; the next word is the first behind it.
    fn tag_name(&mut self) -> Fallible<Text> {
        self.skip_code_space();
        let start = self.at;
        let length = self.bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let digit_first = self.bytes.get(start).is_some_and(u8::is_ascii_digit);
        if length == 0 || digit_first {
            return Err(Fault::syntax("the name of a tag is missing", self.tag_start));
        }
        self.at = start + length;
        let name = Self::source_text(start, self.at);
        self.advance()?;
        Ok(name)
    }

    #[inline(never)]
    fn statement(&mut self, name: Text, offset: usize) -> Fallible<Statement> {
        match self.text(name) {
            "if" => self.if_tag(),
            "for" => self.for_tag(),
            "set" => self.set_tag(),
            "macro" => self.macro_tag(),
            "call" => self.call_tag(),
            "filter" => self.filter_tag(),
            "block" => self.block_tag(),
            "switch" => self.switch_tag(),
            name @ ("include" | "import" | "from" | "extends") => Err(Fault::syntax(
                format!("the tag {name} is not allowed: a template stands for itself and loads no other"),
                offset,
            )),
            name => {
                let hint = crate::suggest::suggestion(name, TAGS.iter().copied());
                Err(Fault::syntax(format!("there is no tag {name}{hint}"), offset))
            }
        }
    }

    fn if_tag(&mut self) -> Fallible<Statement> {
        let mut arms = Vec::new();
        let otherwise = loop {
            let cond = self.whole_expression()?;
            let (body, stop) = self.body("if", &[Stop::Elif, Stop::Else, Stop::EndIf])?;
            arms.push((cond, body));
            match stop {
                Stop::Elif => {}
                Stop::Else => {
                    self.close()?;
                    let (body, _) = self.body("if", &[Stop::EndIf])?;
                    break Some(body);
                }
                _ => break None,
            }
        };
        self.close()?;
        let arms = self.arms(&arms);
        self.program.ifs.push(If { arms, otherwise });
        Ok(Statement::If(Self::index(self.program.ifs.len() - 1)))
    }

    fn arms(&mut self, arms: &[(ExprId, Body)]) -> Run {
        let start = Self::index(self.program.arms.len());
        self.program.arms.extend_from_slice(arms);
        Run { start, end: Self::index(self.program.arms.len()) }
    }

    /// Reads names between commas.
    fn names(&mut self) -> Fallible<Vec<Text>> {
        let mut names = Vec::new();
        loop {
            match self.word {
                Word::Name(name) if !is_literal(self.text(name)) => {
                    self.check_name(self.text(name), self.word_start)?;
                    names.push(name);
                }
                _ => {
                    let message =
                        format!("the name of a variable is missing before {}", self.describe_word());
                    return Err(Fault::syntax(message, self.word_start));
                }
            }
            self.advance()?;
            if !self.consume(Op::Comma)? {
                return Ok(names);
            }
        }
    }

    fn targets(&mut self, targets: impl IntoIterator<Item = Target>) -> Run {
        let start = Self::index(self.program.targets.len());
        self.program.targets.extend(targets);
        Run { start, end: Self::index(self.program.targets.len()) }
    }

    fn for_tag(&mut self) -> Fallible<Statement> {
        let names = self.names()?;
        let spaced = |byte: Option<&u8>| byte.is_some_and(|byte| is_code_space(*byte) || !byte.is_ascii());
        if !self.is_name("in")
            || !spaced(self.bytes.get(self.word_start - 1))
            || !(spaced(self.bytes.get(self.at)) || self.bytes[self.at..].starts_with(b"%}"))
        {
            return Err(Fault::syntax(
                "a for tag needs `in` between its variables and its list",
                self.word_start,
            ));
        }
        if let [name] = names[..]
            && self.text(name) == "loop"
        {
            return Err(Fault::syntax("the variable of a loop cannot be called loop", self.word_start));
        }
        self.advance()?;
        let items = self.whole_expression()?;
        let length_slot = self.bindings.anonymous();
        let mark = self.bindings.mark();
        let bound: Vec<Target> =
            names.into_iter().map(|name| Target { name, slot: self.bindings.bind(name) }).collect();
        let targets = self.targets(bound);
        let (body, stop) = self.body("for", &[Stop::Else, Stop::EndFor])?;
        let otherwise = match stop {
            Stop::Else => {
                self.close()?;
                Some(self.body("for", &[Stop::EndFor])?.0)
            }
            _ => None,
        };
        self.bindings.release(mark);
        self.close()?;
        self.program.loops.push(ForLoop { items, targets, length_slot, body, otherwise });
        Ok(Statement::For(Self::index(self.program.loops.len() - 1)))
    }

    fn set_tag(&mut self) -> Fallible<Statement> {
        let offset = self.tag_start;
        let names = self.names()?;
        if self.consume(Op::Assign)? {
            let value = self.whole_expression()?;
            let targets = self.assigned(&names);
            return Ok(Statement::Set { targets, value });
        }
        self.close()?;
        let macros = self.macros;
        let (body, _) = self.body("set", &[Stop::EndSet])?;
        self.close()?;
        if self.macros != macros {
            return Err(Fault::syntax("a macro cannot be declared inside of a set tag", offset));
        }
        let targets = self.assigned(&names);
        Ok(Statement::Capture { targets, body })
    }

    fn assigned(&mut self, names: &[Text]) -> Run {
        let targets: Vec<Target> = names
            .iter()
            .map(|name| Target { name: *name, slot: self.bindings.find(self.source, *name) })
            .collect();
        self.targets(targets)
    }

    fn macro_tag(&mut self) -> Fallible<Statement> {
        let offset = self.word_start;
        let Word::Name(name) = self.word else {
            return Err(Fault::syntax("a macro needs a name", offset));
        };
        if is_literal(self.text(name)) {
            return Err(Fault::syntax("a macro cannot have this name", offset));
        }
        self.check_name(self.text(name), offset)?;
        self.advance()?;
        self.expect(Op::Open, "(")?;
        self.macros += 1;
        let slot = self.bindings.bind(name);
        let frame = self.bindings.enter(false);
        let (parameters, defaults) = self.parameters()?;
        self.close()?;
        let (body, _) = self.body("macro", &[Stop::EndMacro])?;
        let slots = self.bindings.leave(frame);
        self.close()?;
        self.program.macros.push(Macro { name, slot, parameters, defaults, slots, body });
        Ok(Statement::Macro(Self::index(self.program.macros.len() - 1)))
    }

    /// Reads the parameters of a macro or caller, up to the parenthesis behind them.
    fn parameters(&mut self) -> Fallible<(Run, Run)> {
        let offset = self.word_start;
        let first = self.program.nodes.len();
        let Args { positional, keywords } = self.arguments()?;
        let mut bound: Vec<Target> = Vec::new();
        for id in self.program.list(positional).to_vec() {
            let Expr::Name { name, .. } = self.program.node(id).expr else {
                return Err(Fault::syntax("parameters must be names", offset));
            };
            // A name that is there twice is one variable; the last argument is its value.
            let slot = match bound.iter().find(|target| self.text(target.name) == self.text(name)) {
                Some(target) => target.slot,
                None => self.bindings.bind(name),
            };
            bound.push(Target { name, slot });
        }
        // Default values were read before the parameters were bound; the names in them are looked up again.
        for index in first..self.program.nodes.len() {
            if let Expr::Name { name, .. } = self.program.nodes[index].expr {
                let slot = self.bindings.find(self.source, name);
                self.program.nodes[index].expr = Expr::Name { name, slot };
            }
        }
        Ok((self.targets(bound), keywords))
    }

    fn call_tag(&mut self) -> Fallible<Statement> {
        let offset = self.tag_start;
        // The caller sees what is visible around the tag. Its parameters are written before the call, but only its
        // body sees them.
        let frame = self.bindings.enter(true);
        let (parameters, defaults) = match self.consume(Op::Open)? {
            true => self.parameters()?,
            false => (Run::default(), Run::default()),
        };
        let own = self.bindings.suspend(frame);
        let call = self.expression()?;
        self.close()?;
        let Expr::Call { target, .. } = self.program.node(call).expr else {
            return Err(Fault::syntax("a call tag needs the call of a macro", offset));
        };
        if !self.is_static(target) {
            return Err(Fault::syntax("a call tag can only call a macro by its name", offset));
        }
        self.bindings.resume(own);
        let (body, _) = self.body("call", &[Stop::EndCall])?;
        let slots = self.bindings.leave(frame);
        self.close()?;
        let name = Text::Source { start: 0, end: 0 };
        self.program.macros.push(Macro { name, slot: None, parameters, defaults, slots, body });
        Ok(Statement::CallBlock { call, caller: Self::index(self.program.macros.len() - 1) })
    }

    fn is_static(&self, mut id: ExprId) -> bool {
        loop {
            match self.program.node(id).expr {
                Expr::Name { .. } => return true,
                Expr::Member { target, .. } => id = target,
                Expr::Index { target, key } => match self.program.node(key).expr {
                    Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) => id = target,
                    _ => return false,
                },
                _ => return false,
            }
        }
    }

    fn filter_tag(&mut self) -> Fallible<Statement> {
        let offset = self.tag_start;
        let filter = self.filter(None)?;
        self.close()?;
        let macros = self.macros;
        let (body, _) = self.body("filter", &[Stop::EndFilter])?;
        self.close()?;
        if self.macros != macros {
            return Err(Fault::syntax("a macro cannot be declared inside of a filter tag", offset));
        }
        let input = self.node(Expr::Capture(body), offset)?;
        if let Expr::Filter(index) = self.program.node(filter).expr {
            self.program.filters[index as usize].input = input;
        }
        Ok(Statement::Output(filter))
    }

    fn block_tag(&mut self) -> Fallible<Statement> {
        let offset = self.tag_start;
        let Word::Name(name) = self.word else {
            return Err(Fault::syntax("a block needs a name", self.word_start));
        };
        if is_literal(self.text(name)) {
            return Err(Fault::syntax("a block cannot have this name", self.word_start));
        }
        self.check_name(self.text(name), self.word_start)?;
        self.advance()?;
        self.close()?;
        let frame = self.bindings.enter(false);
        let (body, _) = self.body("block", &[Stop::EndBlock])?;
        let slots = self.bindings.leave(frame);
        if let Word::Name(closing) = self.word {
            if self.text(closing) != self.text(name) {
                return Err(Fault::syntax("endblock names another block", self.word_start));
            }
            self.advance()?;
        }
        self.close()?;
        if self.blocks.iter().any(|block| self.text(*block) == self.text(name)) {
            return Err(Fault::syntax(format!("the block {} is there twice", self.text(name)), offset));
        }
        self.blocks.push(name);
        Ok(Statement::Block { slots, body })
    }

    fn switch_tag(&mut self) -> Fallible<Statement> {
        const STOPS: &[Stop] = &[Stop::Case, Stop::Default, Stop::EndSwitch];
        let offset = self.tag_start;
        let value = self.whole_expression()?;
        let (before, mut stop) = self.body("switch", STOPS)?;
        if before.0.len() > 0 {
            return Err(Fault::syntax(
                "a switch must begin with case or default, without anything before it",
                offset,
            ));
        }
        let mut cases = Vec::new();
        while stop == Stop::Case {
            let cond = self.whole_expression()?;
            let (body, next) = self.body("switch", STOPS)?;
            cases.push((cond, body));
            stop = next;
        }
        let otherwise = match stop {
            Stop::Default => {
                self.close()?;
                Some(self.body("switch", &[Stop::EndSwitch])?.0)
            }
            _ => None,
        };
        self.close()?;
        if cases.is_empty() && otherwise.is_none() {
            return Err(Fault::syntax("a switch needs at least one case or default", offset));
        }
        let cases = self.arms(&cases);
        self.program.switches.push(Switch { value, cases, otherwise });
        Ok(Statement::Switch(Self::index(self.program.switches.len() - 1)))
    }
}
