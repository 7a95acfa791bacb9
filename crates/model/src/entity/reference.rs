//! References to entities: `[<kind>:][<namespace>/]<name>` (contract: catalog-model 1.10.1, entity references).

use std::fmt;

use super::DEFAULT_NAMESPACE;

/// A reference to an entity, its parts as written. Two references mean the same entity when their `Display` texts
/// are equal: that form is lower-case and complete (`kind:namespace/name`), and it is what goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityRef {
    /// As written, `Component`.
    pub kind: String,
    /// As written, or the default.
    pub namespace: String,
    /// As written; everything after the first slash, so it may hold anything.
    pub name: String,
}

/// What stands in for parts that a reference leaves out.
#[derive(Debug, Clone, Copy)]
pub struct RefContext<'a> {
    /// The kind where none is written; without it, a kind is mandatory.
    pub default_kind: Option<&'a str>,
    /// The namespace where none is written.
    pub default_namespace: &'a str,
}

impl Default for RefContext<'_> {
    fn default() -> Self {
        Self { default_kind: None, default_namespace: DEFAULT_NAMESPACE }
    }
}

/// Why a text is not an entity reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntityRefError {
    /// A part is empty.
    #[error("Entity reference \"{0}\" was not on the form [<kind>:][<namespace>/]<name>")]
    Form(String),
    /// No kind is written where one is mandatory.
    #[error(
        "Entity reference \"{0}\" has no kind and none is implied here; write <kind>:{0}, for example component:{0}"
    )]
    MissingKind(String),
}

impl EntityRef {
    /// Puts parts together as they are.
    pub fn new(kind: impl Into<String>, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    /// Parses a reference whose kind is mandatory and whose namespace is `default` unless written.
    pub fn parse(text: &str) -> Result<Self, EntityRefError> {
        Self::parse_in(text, RefContext::default())
    }

    /// Parses a reference; `context` fills in what it leaves out. The first `:` ends the kind and the first `/`
    /// after it the namespace; a `:` behind the first `/` belongs to the name.
    pub fn parse_in(text: &str, context: RefContext<'_>) -> Result<Self, EntityRefError> {
        let slash = text.find('/');
        let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let (kind, rest) = match colon {
            Some(at) => (Some(&text[..at]), &text[at + 1..]),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        if kind == Some("") || namespace == Some("") || name.is_empty() {
            return Err(EntityRefError::Form(text.to_owned()));
        }
        let Some(kind) = kind.or(context.default_kind) else {
            return Err(EntityRefError::MissingKind(text.to_owned()));
        };
        Ok(Self::new(kind, namespace.unwrap_or(context.default_namespace), name))
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}/{}",
            self.kind.to_lowercase(),
            self.namespace.to_lowercase(),
            self.name.to_lowercase()
        )
    }
}

impl std::str::FromStr for EntityRef {
    type Err = EntityRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
