//! The sequence in memory, for what does not leave the server.

use std::collections::VecDeque;

use super::Record;
use crate::entry::Entry;

#[derive(Debug)]
pub(super) struct Memory {
    records: VecDeque<Record>,
    bytes: u64,
    max_bytes: u64,
    newest: u64,
}

impl Memory {
    pub(super) fn new(max_bytes: u64) -> Self {
        Self { records: VecDeque::new(), bytes: 0, max_bytes, newest: 0 }
    }

    pub(super) fn append(&mut self, entries: &[Entry]) -> u64 {
        for entry in entries {
            self.newest += 1;
            self.bytes += entry.json.len() as u64;
            self.records.push_back(Record {
                sequence: self.newest,
                severity: entry.severity,
                json: entry.json.clone(),
            });
        }
        while self.bytes > self.max_bytes {
            self.drop_oldest();
        }
        self.newest
    }

    fn drop_oldest(&mut self) {
        match self.records.pop_front() {
            Some(record) => self.bytes -= record.json.len() as u64,
            None => self.bytes = 0,
        }
    }

    pub(super) fn read(&self, after: u64, limit: usize) -> Vec<Record> {
        let skip = usize::try_from(after.saturating_sub(self.before_oldest())).unwrap_or(usize::MAX);
        self.records.iter().skip(skip).take(limit).cloned().collect()
    }

    pub(super) fn before_oldest(&self) -> u64 {
        self.newest - self.records.len() as u64
    }

    pub(super) fn release(&mut self, up_to: u64) {
        while self.records.front().is_some_and(|record| record.sequence <= up_to) {
            self.drop_oldest();
        }
    }
}
