//! What surrounds the engine may offer to templates: filters, functions and values by name.

use crate::native::Native;

/// Filters, functions and values that the surroundings of a template offer. They see copies of values, never the
/// engine's own, and what they refuse becomes a `capability_error` with their message.
pub trait Host {
    /// Is there a filter of this name? It hides a built-in filter of the same name.
    fn has_filter(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// The names of all filters, for suggestions.
    fn filter_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Applies a filter; the first argument is what stands before the `|`.
    ///
    /// # Errors
    ///
    /// What the filter has against its arguments.
    fn filter(&self, name: &str, arguments: Vec<Native>) -> Result<Native, String> {
        let _ = arguments;
        Err(format!("there is no filter {name}"))
    }

    /// Is there a function of this name?
    fn has_function(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Calls a function.
    ///
    /// # Errors
    ///
    /// What the function has against its arguments.
    fn function(&self, name: &str, arguments: Vec<Native>) -> Result<Native, String> {
        let _ = arguments;
        Err(format!("there is no function {name}"))
    }

    /// A value that is visible under this name wherever the context has none.
    fn value(&self, name: &str) -> Option<Native> {
        let _ = name;
        None
    }
}

/// A host that offers nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {}
