//! References to locations: `<type>:<target>` (contract: catalog-model 1.10.1, location helpers).

use std::fmt;

use sha1::{Digest, Sha1};

/// Where descriptions are read from: `url:https://host/path`, `file:/srv/catalog-info.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationRef {
    /// `url`, `file`, or a type of a processor's own.
    pub kind: String,
    /// What the type makes of it.
    pub target: String,
}

/// Why a text is not a location reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationRefError {
    /// Type or target is missing.
    #[error("Unable to parse location ref '{0}', expected '<type>:<target>', e.g. 'url:https://host/path'")]
    Form(String),
    /// A bare web address: its scheme would be taken for the type.
    #[error("Invalid location ref '{0}': a web address needs the type url, write 'url:{0}'")]
    BareUrl(String),
    /// The target would run as a script where it is shown as a link.
    #[error("Invalid location ref '{0}': a target must not be a javascript: URL")]
    Script(String),
}

impl LocationRef {
    /// Makes a reference from its parts, with the checks of [`LocationRef::parse`].
    pub fn new(kind: &str, target: &str) -> Result<Self, LocationRefError> {
        Self::parse(&format!("{kind}:{target}"))
    }

    /// Parses `<type>:<target>`; both are trimmed and neither may be empty.
    pub fn parse(text: &str) -> Result<Self, LocationRefError> {
        let Some((kind, target)) = text.split_once(':') else {
            return Err(LocationRefError::Form(text.to_owned()));
        };
        let (kind, target) = (kind.trim(), target.trim());
        if kind.is_empty() || target.is_empty() {
            return Err(LocationRefError::Form(text.to_owned()));
        }
        if kind == "http" || kind == "https" {
            return Err(LocationRefError::BareUrl(text.to_owned()));
        }
        if is_script_url(target) {
            return Err(LocationRefError::Script(text.to_owned()));
        }
        Ok(Self { kind: kind.to_owned(), target: target.to_owned() })
    }
}

impl fmt::Display for LocationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.target)
    }
}

/// Whether a browser would take this text for a `javascript:` URL. Browsers ignore control characters and spaces
/// in front, and line breaks and tabs between the letters, so this does too.
pub fn is_script_url(text: &str) -> bool {
    let mut rest =
        text.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\r' | '\n' | '\t'));
    "javascript:".chars().all(|expected| rest.next().is_some_and(|c| c.eq_ignore_ascii_case(&expected)))
}

/// The name of the Location entity that the catalog makes for a registered location:
/// `generated-` and the SHA-1 of `type:target` in hexadecimal.
pub fn generated_location_name(kind: &str, target: &str) -> String {
    format!("generated-{}", hex::encode(Sha1::digest(format!("{kind}:{target}"))))
}
