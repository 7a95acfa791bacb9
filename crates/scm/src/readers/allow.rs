//! `backend.reading`: which other URLs may be read, and how large a document may be.

use crate::egress::{DEFAULT_MAX_BODY, HostRule};
use crate::integrations::ScmConfigError;
use crate::integrations::section::Section;
use serde_json::Value;

/// `backend.reading` of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// `allow`.
    pub(crate) allow: Vec<HostRule>,
    /// `maxBytes`: bytes of one document; 20 MiB unless set.
    pub(crate) max_bytes: u64,
}

impl Reading {
    pub(crate) fn read(reading: Option<&Value>) -> Result<Self, ScmConfigError> {
        let section = Section::new(reading, "backend.reading");
        let allow = section
            .list("allow")?
            .iter()
            .map(|entry| {
                HostRule::parse(&entry.required("host")?, entry.strings("paths")?)
                    .map_err(|problem| entry.error("", problem))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let max_bytes = section.number("maxBytes")?.unwrap_or(DEFAULT_MAX_BODY);
        if max_bytes == 0 {
            return Err(section.error("maxBytes", "must be more than 0"));
        }
        Ok(Self { allow, max_bytes })
    }
}
