//! Values that go into a statement.

use crate::error::StoreError;

/// One value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// SQL NULL, of whatever type the statement needs there.
    Null,
    /// `TEXT`
    Text(String),
    /// `BIGINT`
    Int(i64),
    /// `BIGINT` 0 or 1
    Bool(bool),
    /// [`crate::Dialect::bytes`]
    Bytes(Vec<u8>),
    /// For [`crate::Dialect::in_list`].
    TextList(Vec<String>),
    /// For [`crate::Dialect::in_list`].
    IntList(Vec<i64>),
}

impl Param {
    /// Refuses what PostgreSQL can't keep, on both databases alike.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let bad = match self {
            Self::Text(text) => has_nul(text),
            Self::TextList(list) => list.iter().any(|text| has_nul(text)),
            _ => false,
        };
        if bad { Err(StoreError::NulCharacter) } else { Ok(()) }
    }
}

/// Looks at every byte, without stopping early: that is many at once.
fn has_nul(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | (byte == 0))
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Param {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Param {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Param {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Param {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Param {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Param {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<u8>> for Param {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for Param {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<Vec<String>> for Param {
    fn from(value: Vec<String>) -> Self {
        Self::TextList(value)
    }
}

impl From<&[String]> for Param {
    fn from(value: &[String]) -> Self {
        Self::TextList(value.to_vec())
    }
}

impl From<Vec<i64>> for Param {
    fn from(value: Vec<i64>) -> Self {
        Self::IntList(value)
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
