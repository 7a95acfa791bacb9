//! The places that events are delivered to.

pub(crate) mod database;
mod elasticsearch;
mod file;
mod webhook;

use async_trait::async_trait;
use callboard_scm::egress::{Egress, EgressError, Response};

use crate::error::AuditError;
use crate::journal::Record;
use crate::settings::Target;

/// Most bytes of an answer that are read.
const LONGEST_ANSWER: u64 = 4 * 1024 * 1024;

/// Why a sink did not take a batch.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It may take the same batch later.
    Unavailable(String),
    /// It will never take this batch as it is.
    Refused(String),
}

/// A place that events are delivered to.
#[async_trait]
pub(crate) trait Sink: Send + Sync {
    /// Delivers all of them or none, as far as the other side can tell; it may get them again.
    async fn deliver(&self, records: &[&Record]) -> Result<(), Failure>;
}

/// The sink of an entry of the configuration.
pub(crate) fn open(name: &str, target: Target, egress: &Egress) -> Result<Box<dyn Sink>, AuditError> {
    Ok(match target {
        Target::File { path, max_bytes, max_files } => {
            Box::new(file::RotatingFile::open(name, path, max_bytes, max_files)?)
        }
        Target::Elasticsearch { url, index, authorization } => {
            Box::new(elasticsearch::Elasticsearch::new(egress.clone(), &url, index, authorization))
        }
        Target::Webhook { url, headers, secret } => {
            Box::new(webhook::Webhook::new(egress.clone(), url, headers, secret))
        }
    })
}

/// An answer that is no failure. What is wrong with a batch is told apart from what is wrong with the other side.
fn accepted(answer: Result<Response, EgressError>) -> Result<Response, Failure> {
    let answer = answer.map_err(|error| Failure::Unavailable(error.to_string()))?;
    let status = answer.status();
    match status.as_u16() {
        _ if status.is_success() => Ok(answer.with_limit(LONGEST_ANSWER)),
        400 | 413 | 422 => Err(Failure::Refused(format!("it answers {status}"))),
        _ => Err(Failure::Unavailable(format!("it answers {status}"))),
    }
}
