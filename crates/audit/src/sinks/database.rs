//! The table that the portal reads.

use async_trait::async_trait;

use super::{Failure, Sink};
use crate::journal::Record;
use crate::store::AuditStore;

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) store: AuditStore,
}

#[async_trait]
impl Sink for Table {
    async fn deliver(&self, records: &[&Record]) -> Result<(), Failure> {
        let documents: Vec<&[u8]> = records.iter().map(|record| &record.json[..]).collect();
        // Whatever the database says, the same events may go in later.
        self.store.insert(&documents).await.map_err(|error| Failure::Unavailable(error.to_string()))
    }
}
