//! What can go wrong with a template: names and codes as nunjitsu has them, with line and column.

use std::fmt;

/// Which class of error it is; the names are those of the JavaScript classes that template authors know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The template could not be parsed.
    Syntax,
    /// The template was parsed, but an expression could not be evaluated.
    Evaluation,
    /// A filter or global of the host refused its input.
    Capability,
    /// A bound was exceeded: which one.
    Limit(Limit),
    /// The context has what no context may have, such as a key named `constructor`.
    ContextType,
    /// The context is nested too deeply.
    ContextDepth,
}

/// The bound that was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Length of the source.
    SourceCodeUnits,
    /// Number of nodes of the parsed template.
    AstNodes,
    /// Steps of evaluation.
    WorkUnits,
    /// Nesting, of what is written and of what calls itself.
    NestingDepth,
    /// Length of the output.
    OutputCodeUnits,
    /// Size of intermediate values.
    ScratchBytes,
    /// Calls of the host's filters and globals.
    CapabilityCalls,
}

impl Limit {
    /// nunjitsu's name of the limit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SourceCodeUnits => "sourceCodeUnits",
            Self::AstNodes => "astNodes",
            Self::WorkUnits => "workUnits",
            Self::NestingDepth => "nestingDepth",
            Self::OutputCodeUnits => "outputCodeUnits",
            Self::ScratchBytes => "scratchBytes",
            Self::CapabilityCalls => "capabilityCalls",
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::SourceCodeUnits => "the template is longer than allowed",
            Self::AstNodes => "the template has more parts than allowed",
            Self::WorkUnits => "the template takes more steps than allowed",
            Self::NestingDepth => "the template is nested deeper than allowed",
            Self::OutputCodeUnits => "the output is longer than allowed",
            Self::ScratchBytes => "an intermediate value is larger than allowed",
            Self::CapabilityCalls => "filters and functions of the portal are called more often than allowed",
        }
    }
}

/// A template that could not be parsed or rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// Which class of error.
    pub kind: ErrorKind,
    /// What was wrong, and what to do.
    pub message: String,
    /// The line in the template, from 1; 0 where no place is to blame.
    pub line: u32,
    /// The column in UTF-16 units, from 1; 0 where no place is to blame.
    pub column: u32,
}

impl TemplateError {
    /// The JavaScript class of the error: `TemplateRenderError`, `TemplateLimitError`, `TypeError` or `RangeError`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.kind {
            ErrorKind::Syntax | ErrorKind::Evaluation | ErrorKind::Capability => "TemplateRenderError",
            ErrorKind::Limit(_) => "TemplateLimitError",
            ErrorKind::ContextType => "TypeError",
            ErrorKind::ContextDepth => "RangeError",
        }
    }

    /// The code of a `TemplateRenderError`: `syntax_error`, `evaluation_error` or `capability_error`.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self.kind {
            ErrorKind::Syntax => Some("syntax_error"),
            ErrorKind::Evaluation => Some("evaluation_error"),
            ErrorKind::Capability => Some("capability_error"),
            ErrorKind::Limit(_) | ErrorKind::ContextType | ErrorKind::ContextDepth => None,
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(formatter, "line {}, column {}: ", self.line, self.column)?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for TemplateError {}

/// An error on its way out: boxed, because every step of the evaluation carries room for one.
#[derive(Debug)]
pub(crate) struct Fault {
    kind: ErrorKind,
    message: String,
    offset: Option<u32>,
}

/// What a step of parsing or evaluating returns.
pub(crate) type Fallible<T> = Result<T, Box<Fault>>;

impl Fault {
    #[cold]
    pub(crate) fn syntax(message: impl Into<String>, offset: usize) -> Box<Self> {
        Box::new(Self {
            kind: ErrorKind::Syntax,
            message: message.into(),
            offset: u32::try_from(offset).ok(),
        })
    }

    #[cold]
    pub(crate) fn evaluation(message: impl Into<String>) -> Box<Self> {
        Box::new(Self { kind: ErrorKind::Evaluation, message: message.into(), offset: None })
    }

    #[cold]
    pub(crate) fn capability(message: impl Into<String>) -> Box<Self> {
        Box::new(Self { kind: ErrorKind::Capability, message: message.into(), offset: None })
    }

    #[cold]
    pub(crate) fn limit(limit: Limit) -> Box<Self> {
        Box::new(Self { kind: ErrorKind::Limit(limit), message: limit.describe().to_owned(), offset: None })
    }

    /// Blames a place of the source, unless an inner one is blamed already.
    #[cold]
    pub(crate) fn at(mut self: Box<Self>, offset: u32) -> Box<Self> {
        self.offset.get_or_insert(offset);
        self
    }

    /// Puts what was being done before the message.
    #[cold]
    pub(crate) fn during(mut self: Box<Self>, what: &str) -> Box<Self> {
        if self.kind == ErrorKind::Evaluation {
            self.message = format!("{what}: {}", self.message);
        }
        self
    }

    /// The error as callers see it: the offset has become line and column.
    #[cold]
    pub(crate) fn located(self, source: &str) -> TemplateError {
        let (line, column) = match self.offset {
            None => (0, 0),
            Some(offset) => {
                let before = source.get(..offset as usize).unwrap_or(source);
                let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
                let start = before.rfind('\n').map_or(0, |newline| newline + 1);
                let column = before.get(start..).unwrap_or_default().encode_utf16().count() + 1;
                (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
            }
        };
        TemplateError { kind: self.kind, message: self.message, line, column }
    }
}
