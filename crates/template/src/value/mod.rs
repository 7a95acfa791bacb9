//! The engine's values while a template is rendered. They borrow from the template and its context as long as they can.

mod array;
mod coerce;
mod convert;
mod heap;
mod lookup;
mod record;

use std::cell::Cell;
use std::rc::Rc;

pub(crate) use array::Array;
pub(crate) use coerce::{Kind, strict_equal};
pub(crate) use heap::Heap;
pub(crate) use lookup::whole;
pub(crate) use record::{Record, Round};

use crate::error::{Fallible, Fault};
use crate::regex::Regex;

/// Values may be nested so deeply.
pub(crate) const DEEPEST_VALUE: u32 = 256;

/// A string: of the template, of the context, or made while rendering.
#[derive(Debug, Clone)]
pub(crate) enum Str<'a> {
    Borrowed(&'a str),
    Shared(Rc<String>),
}

impl Str<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl From<String> for Str<'_> {
    fn from(text: String) -> Self {
        Self::Shared(Rc::new(text))
    }
}

/// A regular expression, and where its next search begins.
#[derive(Debug)]
pub(crate) struct RegexValue<'a> {
    pub(crate) regex: &'a Regex,
    pub(crate) last_index: Cell<usize>,
}

/// What can be called.
#[derive(Debug)]
pub(crate) enum Callable<'a> {
    /// A macro or caller: an index of the evaluator's list.
    Macro {
        index: usize,
        caller: bool,
    },
    Range,
    Cycler,
    Joiner,
    CyclerObject {
        values: Vec<Value<'a>>,
        current: Cell<Option<usize>>,
    },
    CyclerNext(Rc<Callable<'a>>),
    CyclerReset(Rc<Callable<'a>>),
    JoinerObject {
        separator: Value<'a>,
        used: Cell<bool>,
    },
    /// A function of the host.
    Host(&'a str),
    /// A method of a value.
    Method {
        receiver: Value<'a>,
        name: &'static str,
    },
}

/// A value.
#[derive(Debug, Clone, Default)]
pub(crate) enum Value<'a> {
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Str(Str<'a>),
    /// A string marked as safe: an object, as in Nunjucks.
    Safe(Rc<Str<'a>>),
    Array(Rc<Array<'a>>),
    Record(Record<'a>),
    Regex(Rc<RegexValue<'a>>),
    Callable(Rc<Callable<'a>>),
}

impl<'a> Value<'a> {
    pub(crate) fn string(text: impl Into<String>) -> Self {
        Self::Str(Str::from(text.into()))
    }

    pub(crate) fn safe(text: Str<'a>) -> Self {
        Self::Safe(Rc::new(text))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of things in memory")]
    pub(crate) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    pub(crate) fn array(items: Vec<Value<'a>>) -> Self {
        Self::Array(Rc::new(Array::new(items)))
    }

    /// How deep lists and records that were made while rendering are nested in the value.
    pub(crate) fn depth(&self) -> u32 {
        match self {
            Self::Array(array) => array.depth(),
            Self::Record(Record::Made(made)) => made.depth(),
            _ => 0,
        }
    }

    /// Fails if the value is nested too deeply.
    pub(crate) fn check_depth(self) -> Fallible<Self> {
        if self.depth() > DEEPEST_VALUE {
            return Err(Fault::evaluation("the value is nested too deeply"));
        }
        Ok(self)
    }

    /// The text of a string or safe string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text.as_str()),
            Self::Safe(text) => Some(text.as_str()),
            _ => None,
        }
    }

    pub(crate) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// JavaScript's truthiness: objects are true, however empty.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Str(text) => !text.as_str().is_empty(),
            Self::Safe(_) | Self::Array(_) | Self::Record(_) | Self::Regex(_) | Self::Callable(_) => true,
        }
    }
}
