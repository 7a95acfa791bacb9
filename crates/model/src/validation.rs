//! Faults found in an entity, with the field that each stands at.

use std::fmt;

/// One fault. `message` is complete on its own and, for what JSON schema checks in Backstage, worded as its validator
/// words it, because people search for those texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError {
    /// JSON pointer of the field at fault, also of one that is missing: `/spec/owner`; empty for the root.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// All the faults that one stage found, in the order in which Backstage looks; never empty. Displays as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<ValidationError>);

impl Faults {
    /// `Ok` where there is no fault.
    pub fn check(list: Vec<ValidationError>) -> Result<(), Self> {
        if list.is_empty() { Ok(()) } else { Err(Self(list)) }
    }

    /// The faults in order.
    pub fn iter(&self) -> std::slice::Iter<'_, ValidationError> {
        self.0.iter()
    }

    /// The one that Backstage would report.
    pub fn first(&self) -> &ValidationError {
        &self.0[0]
    }

    /// Puts a text before the message of each.
    pub(crate) fn prefixed(mut self, prefix: &str) -> Self {
        for fault in &mut self.0 {
            fault.message.insert_str(0, prefix);
        }
        self
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// `base` with one more step, escaped as a JSON pointer wants it.
pub(crate) fn pointer(base: &str, step: &str) -> String {
    let step =
        if step.contains(['~', '/']) { step.replace('~', "~0").replace('/', "~1") } else { step.to_owned() };
    format!("{base}/{step}")
}
