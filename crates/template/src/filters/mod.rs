//! The filters that every template has.

mod html;
mod json;
mod lists;
mod numbers;
mod records;
mod replace;
mod select;
mod text;
mod url;

pub(crate) use lists::joined;
pub(crate) use replace::{substitute, substitute_text};

use crate::error::{Fallible, Fault};
use crate::value::{Heap, Kind, Str, Value};

/// A built-in filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    Abs,
    Batch,
    Capitalize,
    Center,
    Default,
    Dictsort,
    Dump,
    Escape,
    First,
    Float,
    ForceEscape,
    GroupBy,
    Indent,
    Int,
    Join,
    Last,
    Length,
    List,
    Lower,
    Nl2Br,
    Random,
    Reject,
    RejectAttr,
    Replace,
    Reverse,
    Round,
    Safe,
    Select,
    SelectAttr,
    Slice,
    Sort,
    String,
    StripTags,
    Sum,
    Title,
    Trim,
    Truncate,
    Upper,
    UrlEncode,
    Urlize,
    WordCount,
}

const FILTERS: &[(&str, Filter)] = &[
    ("abs", Filter::Abs),
    ("batch", Filter::Batch),
    ("capitalize", Filter::Capitalize),
    ("center", Filter::Center),
    ("d", Filter::Default),
    ("default", Filter::Default),
    ("dictsort", Filter::Dictsort),
    ("dump", Filter::Dump),
    ("e", Filter::Escape),
    ("escape", Filter::Escape),
    ("first", Filter::First),
    ("float", Filter::Float),
    ("forceescape", Filter::ForceEscape),
    ("groupby", Filter::GroupBy),
    ("indent", Filter::Indent),
    ("int", Filter::Int),
    ("join", Filter::Join),
    ("last", Filter::Last),
    ("length", Filter::Length),
    ("list", Filter::List),
    ("lower", Filter::Lower),
    ("nl2br", Filter::Nl2Br),
    ("random", Filter::Random),
    ("reject", Filter::Reject),
    ("rejectattr", Filter::RejectAttr),
    ("replace", Filter::Replace),
    ("reverse", Filter::Reverse),
    ("round", Filter::Round),
    ("safe", Filter::Safe),
    ("select", Filter::Select),
    ("selectattr", Filter::SelectAttr),
    ("slice", Filter::Slice),
    ("sort", Filter::Sort),
    ("string", Filter::String),
    ("striptags", Filter::StripTags),
    ("sum", Filter::Sum),
    ("title", Filter::Title),
    ("trim", Filter::Trim),
    ("truncate", Filter::Truncate),
    ("upper", Filter::Upper),
    ("urlencode", Filter::UrlEncode),
    ("urlize", Filter::Urlize),
    ("wordcount", Filter::WordCount),
];

impl Filter {
    /// The filter of a name; Cookiecutter templates have `jsonify`, too.
    pub(crate) fn named(name: &str, cookiecutter: bool) -> Option<Self> {
        if cookiecutter && name == "jsonify" {
            return Some(Self::Dump);
        }
        FILTERS.binary_search_by_key(&name, |(known, _)| known).ok().map(|index| FILTERS[index].1)
    }

    /// The names of all filters.
    pub(crate) fn names(cookiecutter: bool) -> impl Iterator<Item = &'static str> {
        FILTERS.iter().map(|(name, _)| *name).chain(cookiecutter.then_some("jsonify"))
    }

    /// Applies the filter.
    pub(crate) fn apply<'a>(
        self,
        input: Value<'a>,
        args: &[Value<'a>],
        heap: &Heap<'a>,
    ) -> Fallible<Value<'a>> {
        let args = Arguments(args);
        match self {
            Self::Abs => Ok(Value::Number(input.to_number(heap)?.abs())),
            Self::Batch => lists::batch(&input, args, heap),
            Self::Capitalize => text::capitalize(&input, heap),
            Self::Center => text::center(input, args, heap),
            Self::Default => Ok(default(input, args)),
            Self::Dictsort => records::dictsort(&input, args, heap),
            Self::Dump => json::dump(&input, args, heap),
            Self::Escape => html::escape(input, heap, false),
            Self::ForceEscape => html::escape(input, heap, true),
            Self::First => lists::edge(&input, false, heap),
            Self::Last => lists::edge(&input, true, heap),
            Self::Float => numbers::float(&input, args, heap),
            Self::Int => numbers::int(&input, args, heap),
            Self::Round => numbers::round(&input, args, heap),
            Self::GroupBy => records::groupby(&input, args, heap),
            Self::Indent => text::indent(&input, args, heap),
            Self::Join => lists::join(&input, args, heap),
            Self::Length => Ok(lists::length(&input)),
            Self::List => lists::list(input, heap),
            Self::Lower => text::lower(&input, heap),
            Self::Upper => text::upper(&input, heap),
            Self::Nl2Br => html::nl2br(&input, heap),
            Self::Random => lists::random(&input, heap),
            Self::Select => select::select(&input, args, true, heap),
            Self::Reject => select::select(&input, args, false, heap),
            Self::SelectAttr => select::select_attribute(&input, args, true, heap),
            Self::RejectAttr => select::select_attribute(&input, args, false, heap),
            Self::Replace => replace::replace(input, args, heap),
            Self::Reverse => lists::reverse(&input, heap),
            Self::Safe => text::safe(input, heap),
            Self::Slice => lists::slice(&input, args, heap),
            Self::Sort => lists::sort(&input, args, heap),
            Self::String => text::string(input, heap),
            Self::StripTags => html::striptags(&input, args, heap),
            Self::Sum => lists::sum(&input, args, heap),
            Self::Title => text::title(&input, heap),
            Self::Trim => text::trim(&input, heap),
            Self::Truncate => text::truncate(input, args, heap),
            Self::UrlEncode => url::urlencode(&input, heap),
            Self::Urlize => url::urlize(&input, args, heap),
            Self::WordCount => text::wordcount(&input),
        }
    }
}

fn default<'a>(input: Value<'a>, args: Arguments<'_, 'a>) -> Value<'a> {
    let missing =
        if args.get(1).is_truthy() { !input.is_truthy() } else { matches!(input, Value::Undefined) };
    if missing { args.get(0) } else { input }
}

/// What a filter is given behind its name; what is not there is undefined.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'v, 'a>(&'v [Value<'a>]);

impl<'a> Arguments<'_, 'a> {
    pub(super) fn get(self, index: usize) -> Value<'a> {
        self.0.get(index).cloned().unwrap_or_default()
    }

    /// The argument, or another value if it is false to JavaScript.
    pub(super) fn or(self, index: usize, otherwise: f64) -> Value<'a> {
        Some(self.get(index)).filter(Value::is_truthy).unwrap_or(Value::Number(otherwise))
    }

    pub(super) fn from(&self, index: usize) -> &[Value<'a>] {
        self.0.get(index..).unwrap_or_default()
    }
}

/// The text of an input that must be one; undefined, null and false count as none.
fn text_or_empty<'v>(input: &'v Value<'_>) -> Fallible<&'v str> {
    match input {
        Value::Undefined | Value::Null | Value::Bool(false) => Ok(""),
        other => text_of(other),
    }
}

/// The text of an input that must be one.
fn text_of<'v>(input: &'v Value<'_>) -> Fallible<&'v str> {
    input.as_text().ok_or_else(|| Fault::evaluation(format!("a string is needed, not {}", Kind(input))))
}

/// Text that is as safe as what it was made of.
fn like<'a>(input: &Value<'a>, text: String, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    heap.made(text.len())?;
    let text = Str::from(text);
    Ok(if matches!(input, Value::Safe(_)) { Value::safe(text) } else { Value::Str(text) })
}

fn made<'a>(text: String, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    heap.made(text.len())?;
    Ok(Value::string(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_found_by_its_name() {
        for (name, filter) in FILTERS {
            assert_eq!(Filter::named(name, false), Some(*filter), "{name}");
        }
        assert_eq!(Filter::named("jsonify", false), None);
        assert_eq!(Filter::named("jsonify", true), Some(Filter::Dump));
    }
}
