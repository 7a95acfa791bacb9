//! What a template sees.

use serde_json::{Map, Value as Json};

use crate::error::{ErrorKind, TemplateError};
use crate::syntax::is_reserved;

/// A context may be nested so deeply.
const DEEPEST: usize = 256;

/// The values that a template sees under their names: a JSON object that has been checked.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    entries: &'a Map<String, Json>,
}

impl<'a> Context<'a> {
    /// Checks a context. It can be used for any number of renders.
    ///
    /// # Errors
    ///
    /// When it is no object, has a key that leads to JavaScript's prototypes, or is nested too deeply.
    pub fn new(value: &'a Json) -> Result<Self, TemplateError> {
        let Json::Object(entries) = value else {
            return Err(error(
                ErrorKind::ContextType,
                "the context of a template must be an object".to_owned(),
            ));
        };
        let mut waiting: Vec<(&Json, usize)> = vec![(value, 1)];
        while let Some((value, depth)) = waiting.pop() {
            if depth > DEEPEST {
                return Err(error(ErrorKind::ContextDepth, "the context is nested too deeply".to_owned()));
            }
            match value {
                Json::Array(items) => waiting.extend(
                    items
                        .iter()
                        .filter(|item| matches!(item, Json::Array(_) | Json::Object(_)))
                        .map(|item| (item, depth + 1)),
                ),
                Json::Object(entries) => {
                    for (key, item) in entries {
                        if is_reserved(key) {
                            let message = format!("the context of a template cannot have the key {key}");
                            return Err(error(ErrorKind::ContextType, message));
                        }
                        if matches!(item, Json::Array(_) | Json::Object(_)) {
                            waiting.push((item, depth + 1));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Self { entries })
    }

    pub(crate) fn entries(self) -> &'a Map<String, Json> {
        self.entries
    }
}

fn error(kind: ErrorKind, message: String) -> TemplateError {
    TemplateError { kind, message, line: 0, column: 0 }
}
