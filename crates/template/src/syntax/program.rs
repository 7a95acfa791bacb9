//! The parsed template: nodes in flat lists that refer to each other by index, so that nothing about it is recursive.

use crate::filters::Filter;
use crate::regex::Regex;

/// The index of an expression.
pub(crate) type ExprId = u32;

/// A piece of text: where it stands in the source, or in the program's own strings where it differs from that.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text {
    Source { start: u32, end: u32 },
    Own(u32),
}

/// Consecutive items of one of the program's lists.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Run {
    pub(crate) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Statements that are rendered one after the other.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Body(pub(crate) Run);

/// A variable of the frame that the code runs in, or of one that encloses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// How many frames further out.
    pub(crate) up: u16,
    pub(crate) index: u32,
}

/// A name with a value: a member of a record, a keyword argument, a default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) name: Text,
    pub(crate) value: ExprId,
}

/// What a call is given.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Args {
    pub(crate) positional: Run,
    pub(crate) keywords: Run,
}

/// Operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Concat,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Equal,
    StrictEqual,
    NotEqual,
    StrictNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// An expression.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expr {
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    Regex(u32),
    Name { name: Text, slot: Option<Slot> },
    Array(Run),
    Group(Run),
    Dict(Run),
    Member { target: ExprId, key: Text },
    Index { target: ExprId, key: ExprId },
    Slice { target: ExprId, bounds: u32 },
    InlineIf { cond: ExprId, body: ExprId, otherwise: Option<ExprId> },
    Or(ExprId, ExprId),
    And(ExprId, ExprId),
    Not(ExprId),
    Neg(ExprId),
    Pos(ExprId),
    Floor(ExprId),
    Binary { op: Binary, left: ExprId, right: ExprId },
    In(ExprId, ExprId),
    Is(u32),
    Filter(u32),
    Call { target: ExprId, args: u32 },
    Capture(Body),
}

/// An expression and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) expr: Expr,
    pub(crate) offset: u32,
}

/// A use of a filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilterCall {
    pub(crate) name: Text,
    /// The built-in filter of that name.
    pub(crate) builtin: Option<Filter>,
    pub(crate) input: ExprId,
    pub(crate) args: Args,
}

/// A use of a test.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Test {
    pub(crate) left: ExprId,
    pub(crate) name: Text,
    /// What stands in parentheses behind the name, and before it where a filter stands in the place of a test.
    pub(crate) args: Option<Args>,
}

/// The ways through an `if` tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct If {
    /// Conditions and bodies: indexes of `Program::arms`.
    pub(crate) arms: Run,
    pub(crate) otherwise: Option<Body>,
}

/// A `for` tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForLoop {
    pub(crate) items: ExprId,
    /// The names of the variables: indexes of `Program::targets`.
    pub(crate) targets: Run,
    pub(crate) length_slot: u32,
    pub(crate) body: Body,
    pub(crate) otherwise: Option<Body>,
}

/// A variable that a tag gives a value to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) name: Text,
    pub(crate) slot: Option<Slot>,
}

/// A macro, or the body of a `call` tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Macro {
    pub(crate) name: Text,
    /// Where the macro itself is kept; a `call` tag has none.
    pub(crate) slot: Option<Slot>,
    /// Positional parameters: indexes of `Program::targets`.
    pub(crate) parameters: Run,
    /// Parameters with a default: indexes of `Program::pairs`.
    pub(crate) defaults: Run,
    /// How many slots one invocation has.
    pub(crate) slots: u32,
    pub(crate) body: Body,
}

/// A `switch` tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switch {
    pub(crate) value: ExprId,
    /// Cases: indexes of `Program::arms`.
    pub(crate) cases: Run,
    pub(crate) otherwise: Option<Body>,
}

/// A tag, an interpolation or text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Statement {
    Text(Text),
    Output(ExprId),
    If(u32),
    For(u32),
    Set { targets: Run, value: ExprId },
    Capture { targets: Run, body: Body },
    Macro(u32),
    CallBlock { call: ExprId, caller: u32 },
    Block { slots: u32, body: Body },
    Switch(u32),
}

/// A statement and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) statement: Statement,
    pub(crate) offset: u32,
}

/// The whole template.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) root: Body,
    pub(crate) root_slots: u32,
    pub(crate) cookiecutter: bool,
    pub(crate) nodes: Vec<Node>,
    pub(crate) statements: Vec<Placed>,
    pub(crate) lists: Vec<ExprId>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) args: Vec<Args>,
    pub(crate) filters: Vec<FilterCall>,
    pub(crate) tests: Vec<Test>,
    pub(crate) bounds: Vec<[Option<ExprId>; 3]>,
    pub(crate) arms: Vec<(ExprId, Body)>,
    pub(crate) targets: Vec<Target>,
    pub(crate) ifs: Vec<If>,
    pub(crate) loops: Vec<ForLoop>,
    pub(crate) macros: Vec<Macro>,
    pub(crate) switches: Vec<Switch>,
    pub(crate) strings: Vec<Box<str>>,
    pub(crate) regexes: Vec<Regex>,
}

impl Program {
    pub(crate) fn node(&self, id: ExprId) -> Node {
        self.nodes[id as usize]
    }

    pub(crate) fn body(&self, body: Body) -> &[Placed] {
        &self.statements[body.0.range()]
    }

    pub(crate) fn list(&self, run: Run) -> &[ExprId] {
        &self.lists[run.range()]
    }

    pub(crate) fn pairs(&self, run: Run) -> &[Pair] {
        &self.pairs[run.range()]
    }

    pub(crate) fn arms(&self, run: Run) -> &[(ExprId, Body)] {
        &self.arms[run.range()]
    }

    pub(crate) fn targets(&self, run: Run) -> &[Target] {
        &self.targets[run.range()]
    }

    /// The expression of a template that is one interpolation and nothing else.
    pub(crate) fn sole_output(&self) -> Option<ExprId> {
        match self.body(self.root) {
            [Placed { statement: Statement::Output(expression), .. }] => Some(*expression),
            _ => None,
        }
    }
}
