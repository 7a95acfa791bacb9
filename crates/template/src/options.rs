//! How a template is read and how far it may go.

/// Which dialect a template is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// A step's input: `${{ }}`, native values.
    #[default]
    Input,
    /// A file or file name of a skeleton: `${{ }}`, text.
    Skeleton,
    /// A Cookiecutter skeleton: `{{ }}`, the filter `jsonify`, Jinja's methods.
    Cookiecutter,
}

/// The bounds of one render; the defaults are nunjitsu's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the source in UTF-16 units.
    pub source_code_units: usize,
    /// Parts of the parsed template.
    pub ast_nodes: usize,
    /// Steps of evaluation.
    pub work_units: u64,
    /// Nesting of what is written and of what calls itself. More than the default needs a larger stack.
    pub nesting_depth: u32,
    /// Length of the output in UTF-16 units.
    pub output_code_units: u64,
    /// Bytes of the values that one filter is given, and of any one string.
    pub scratch_bytes: u64,
    /// Calls of the host's filters and globals.
    pub capability_calls: u32,
    /// Items of one list. nunjitsu fails there too, because of how JavaScript passes arguments.
    pub list_items: usize,
    /// Bytes that all steps of one render may read and write in strings; nunjitsu has no such bound and can be made
    /// to run for hours.
    pub touched_bytes: u64,
    /// Steps of regular expressions in one render; nunjitsu has no such bound either.
    pub regex_steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_code_units: 4 * 1024 * 1024,
            ast_nodes: 1_000_000,
            work_units: 1_000_000,
            nesting_depth: 512,
            output_code_units: 16 * 1024 * 1024,
            scratch_bytes: 64 * 1024 * 1024,
            capability_calls: 4096,
            list_items: 100_000,
            touched_bytes: 2 * 1024 * 1024 * 1024,
            regex_steps: 20_000_000,
        }
    }
}

/// How a template is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The dialect.
    pub mode: Mode,
    /// Removes the line break behind a block tag.
    pub trim_blocks: bool,
    /// Removes the indentation before a block tag that begins its line.
    pub lstrip_blocks: bool,
    /// The bounds of parsing and rendering.
    pub limits: Limits,
}

impl Options {
    /// Options of a mode, everything else as Backstage has it.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        Self { mode, ..Self::default() }
    }
}
