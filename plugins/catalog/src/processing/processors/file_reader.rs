//! Reads `file` locations: one file, or all that a pattern matches.

use std::path::Path;

use async_trait::async_trait;
use callboard_model::LocationRef;
use callboard_scm::file::{FileError, FileReader};
use serde_json::Value;

use super::{Processor, Read};
use crate::processing::failure::Failure;
use crate::processing::parse;
use crate::processing::targets::Target;

/// Reads local files. Only locations that the operator's configuration or another local file names come here.
pub(super) struct FileReaderProcessor {
    files: FileReader,
}

impl FileReaderProcessor {
    pub(super) fn new(files: FileReader) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Processor for FileReaderProcessor {
    fn name(&self) -> &'static str {
        "FileReaderProcessor"
    }

    async fn read_location(&self, target: &Target, _cached: Option<&Value>) -> Option<Read> {
        if target.location.kind != "file" {
            return None;
        }
        let named = &target.location.target;
        let mut read = Read::default();
        let files = match self.files.read(Path::new(named)).await {
            Ok(files) => files,
            Err(FileError::NotFound { .. }) => Vec::new(),
            Err(error) => {
                let failure = Failure::general(format!("file {named} could not be read, {error}"));
                read.failures.push(failure.at(named.as_str()));
                return Some(read);
            }
        };
        if files.is_empty() && !target.optional {
            let failure = Failure::not_found(format!("file {named} does not exist"));
            read.failures.push(failure.at(named.as_str()));
        }
        for file in files {
            let path = file.path.to_string_lossy().into_owned();
            let location = LocationRef { kind: target.location.kind.clone(), target: path };
            read.refresh_keys.push(location.to_string());
            read.bytes += file.body.len();
            let parsed = parse::parse(file.body, &location).await;
            read.failures.extend(parsed.failures);
            read.entities.extend(parsed.entities.into_iter().map(|entity| (entity, location.clone())));
        }
        Some(read)
    }
}
