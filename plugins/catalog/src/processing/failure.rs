//! One thing that went wrong, with the name and the chain of causes that Backstage clients show.

use callboard_model::validation::Faults;
use serde_json::{Value, json};

use super::outcome::ProcessingError;

/// A failure inside processing. Its full message repeats the messages of its causes, as `@backstage/errors` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `InputError`, `NotFoundError`, `NotAllowedError`, `ConflictError`, `TypeError` or `Error`.
    pub name: &'static str,
    /// What was wrong, without the causes.
    pub message: String,
    /// Why, one level down.
    pub cause: Option<Box<Failure>>,
    /// `file:line:column`, or the URL that was read.
    pub location: Option<String>,
    /// JSON pointer of the field at fault.
    pub field: Option<String>,
}

impl Failure {
    fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into(), cause: None, location: None, field: None }
    }

    /// The first of the faults that a check found, under the name that the check has on the wire.
    pub fn fault(name: &'static str, faults: &Faults) -> Self {
        let first = faults.first();
        Self { field: Some(first.field.clone()), ..Self::new(name, first.message.clone()) }
    }

    /// The input is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new("InputError", message)
    }

    /// Something that was named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("NotFoundError", message)
    }

    /// A rule forbids it.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::new("NotAllowedError", message)
    }

    /// It contradicts itself or something else.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new("ConflictError", message)
    }

    /// A value has the wrong shape; JavaScript's name for it is on the wire.
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new("TypeError", message)
    }

    /// Anything else: hosts that do not answer, documents that do not parse.
    pub fn general(message: impl Into<String>) -> Self {
        Self::new("Error", message)
    }

    /// Adds why.
    pub fn because(mut self, cause: Failure) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// Adds where, unless something closer to the fault has said so already.
    pub fn at(mut self, location: impl Into<String>) -> Self {
        if self.place().is_none() {
            self.location = Some(location.into());
        }
        self
    }

    /// Adds the field at fault, as a JSON pointer.
    pub fn at_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Where it is: the innermost place that is known.
    pub fn place(&self) -> Option<&str> {
        self.cause.as_deref().and_then(Failure::place).or(self.location.as_deref())
    }

    /// The field at fault, if a check named one.
    pub fn field(&self) -> Option<&str> {
        self.cause.as_deref().and_then(Failure::field).or(self.field.as_deref())
    }

    /// The message with those of all causes.
    pub fn full_message(&self) -> String {
        match &self.cause {
            None => self.message.clone(),
            Some(cause) => format!("{}; caused by {}: {}", self.message, cause.name, cause.full_message()),
        }
    }

    /// The error as Backstage serialises it: `{name, message, cause?}`.
    pub fn to_wire(&self) -> Value {
        let mut wire = json!({"name": self.name, "message": self.full_message()});
        if let Some(cause) = &self.cause {
            wire["cause"] = cause.to_wire();
        }
        wire
    }
}

impl From<&Failure> for ProcessingError {
    fn from(failure: &Failure) -> Self {
        Self {
            name: failure.name.to_owned(),
            message: failure.full_message(),
            location: failure.place().map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_its_causes_in_order() {
        let failure = Failure::input("outer").because(Failure::type_error("inner").at("a.yaml:3:1")).at("b");
        assert_eq!(failure.full_message(), "outer; caused by TypeError: inner");
        assert_eq!(failure.place(), Some("a.yaml:3:1"), "the closest place wins");
        assert_eq!(
            failure.to_wire(),
            json!({"name": "InputError", "message": "outer; caused by TypeError: inner",
                   "cause": {"name": "TypeError", "message": "inner"}})
        );
    }
}
