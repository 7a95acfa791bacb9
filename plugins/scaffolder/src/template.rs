//! Templates as the scaffolder reads them: what a Template entity says, its parameters, and values checked against them.

pub(crate) mod form;
mod input;
pub(crate) mod parse;
pub(crate) mod source;
pub(crate) mod step;
pub(crate) mod values;

pub(crate) use input::check_input;
